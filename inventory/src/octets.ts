/** Words from outside: Chinese devices and people write UTF-8 or GB18030, and some write neither. */
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
