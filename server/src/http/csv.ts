/** Excel takes a file for UTF-8 by it. */
export const byteOrderMark = '\ufeff'

/** Quoted; what a spreadsheet would take for a formula is made a text. RFC 4180. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""')}"`
}
