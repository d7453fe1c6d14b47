/** `part`: hex digits of a MAC. `address`: how an address begins. */
export type Mark = { part: string } | { address: string }

/** What somebody typed to find a station; null when it can be neither. */
export function readMark(typed: string): Mark | null {
  const text = typed.trim().toLowerCase()
  if (/^\d{1,3}(\.\d{1,3}){1,3}\.?$/.test(text)) return { address: text }
  const digits = text.replace(/[\s:.-]/g, '')
  return /^[0-9a-f]{4,12}$/.test(digits) ? { part: digits } : null
}
