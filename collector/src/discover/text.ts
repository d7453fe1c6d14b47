import { textOf as textOfOctets } from '@zongheng/inventory/octets.ts'

const maxOctets = 4096

function withoutControls(text: string): string {
  let clean = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code === 9 || code === 10 || code === 13 || (code >= 32 && (code < 127 || code > 159)))
      clean += character
  }
  return clean.trim()
}

/** Octets as text: UTF-8 where they are that, else GB18030; control characters and outer space dropped. */
export function decodeText(octets: Uint8Array): string {
  return withoutControls(textOfOctets(octets.subarray(0, maxOctets)))
}

/** Any value as text; octets decoded, numbers as digits, an absent one blank. */
export function textOf(value: { value: number | bigint | Uint8Array | string | null } | undefined): string {
  const raw = value?.value
  if (raw === null || raw === undefined) return ''
  return raw instanceof Uint8Array ? decodeText(raw) : String(raw).slice(0, maxOctets).trim()
}

/** A MAC address as 12 hexadecimal digits; blank for what is none. Some agents send it as text, `0:1a:…`. */
export function macOf(value: { value: number | bigint | Uint8Array | string | null } | undefined): string {
  const raw = value?.value
  if (!(raw instanceof Uint8Array)) return ''
  if (raw.length === 6) return Buffer.from(raw).toString('hex')
  const parts = decodeText(raw).split(/[:-]/)
  const isText = parts.length === 6 && parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))
  return isText ? parts.map((part) => part.padStart(2, '0').toLowerCase()).join('') : ''
}
