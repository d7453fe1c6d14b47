/** Words from outside: Chinese devices write UTF-8 or GB18030, and some write neither. */
const utf8 = new TextDecoder('utf-8', { fatal: true })
const gb18030 = new TextDecoder('gb18030')

/** Never throws: what is no UTF-8 is read as GB18030, where every octet means something. */
export function textOf(octets: Uint8Array): string {
  try {
    return utf8.decode(octets)
  } catch {
    return gb18030.decode(octets) // not UTF-8, which is what we asked
  }
}

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

/** One line without what steers a screen, cut to `length`, never within a character. */
export function lineOf(text: string, length: number): string {
  const line = text.replace(controls, ' ').trim().toWellFormed()
  return line.length <= length
    ? line
    : line
        .slice(0, length - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '') + '…'
}

/** Whether octets are words rather than numbers: a MAC address is not. */
export function isText(octets: Uint8Array): boolean {
  if (octets.length === 0) return true
  const text = textOf(octets)
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ue000-\uf8ff\ufffd]/.test(
    text.replace(/\u0000$/, ''),
  )
}
