/** Telephone numbers as people, exchanges and directories write them in China, brought to one form. Pure. */

export interface Phone {
  /** Digits alone: a mobile's 11; a landline with its area code and the 0 before it; a local or an inner number as it is. */
  digits: string
  extension: string | null
}

/** After these an extension is dialled. */
const extensionMark = /(?:转|分机|ext\.?|[x#*,;])\s*(\d{1,6})\s*$/i
/** `86681200-8012`: a short group after a whole number. */
const shortTail = /(?<=\d{7})\s*[-–—]\s*(\d{1,5})\s*$/
const mobile = /^1[3-9]\d{9}$/
/** Numbers that have no area code: 400 and 800. */
const free = /^[48]00\d{7}$/
const digitsAtMost = 20

/** Null for what holds no number of at least three digits, or too many. */
export function phoneOf(text: string): Phone | null {
  const plain = text.normalize('NFKC').replace(/^\s*(tel|sips?):/i, '').split('@', 1)[0]!.trim() // prettier-ignore
  const tail = extensionMark.exec(plain) ?? shortTail.exec(plain.replace(/\s/g, ''))
  const body = tail ? plain.slice(0, plain.lastIndexOf(tail[1]!)) : plain
  const digits = national(body.replace(/[^\d+]/g, ''))
  return digits.length >= 3 && digits.length <= digitsAtMost ? { digits, extension: tail?.[1] ?? null } : null
}

/** Without the country's code; an area code gets back the 0 that `+86` takes away. */
function national(dialled: string): string {
  const abroad = /^(?:\+|00)86/.exec(dialled)?.[0] ?? (/^86(?=1[3-9]\d{9}$)/.test(dialled) ? '86' : '')
  const digits = dialled.slice(abroad.length).replace(/\D/g, '')
  if (mobile.test(digits.replace(/^0/, ''))) return digits.replace(/^0/, '')
  const lost = abroad !== '' && digits.length >= 9 && !digits.startsWith('0') && !free.test(digits)
  return lost ? `0${digits}` : digits
}

/** By which a number is looked up from its end: whoever types the last digits finds it by a prefix. */
export const phoneKey = (text: string | null): string | null => {
  const digits = text === null ? undefined : phoneOf(text)?.digits
  return digits === undefined ? null : [...digits].reverse().join('')
}

const localDigits = [7, 8] as const

/** Keys of numbers that may be this one written without its area code. */
export const localKeys = (key: string): string[] =>
  localDigits.filter((length) => key.length > length && key.endsWith('0')).map((length) => key.slice(0, length)) // prettier-ignore
