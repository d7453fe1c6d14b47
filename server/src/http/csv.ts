/** Excel takes a file for UTF-8 by it. */
export const byteOrderMark = '\ufeff'

/** Quoted; what a spreadsheet would take for a formula is made a text. RFC 4180. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""')}"`
}

/** Rows of cells, whatever parts them: comma, semicolon or tab, by the first line. What `csvCell` made harmless is as it was. RFC 4180. */
export function parseCsv(text: string): string[][] {
  const plain = text.replace(/^\ufeff/, '')
  const first = plain.slice(0, plain.search(/[\r\n]|$/))
  const separator = ['\t', ',', ';'].find((one) => first.includes(one)) ?? ','
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^${separator}\\r\\n"]*))(${separator}|\\r\\n|\\r|\\n|$)`,
    'y',
  )
  const rows: string[][] = [[]]
  while (cell.lastIndex < plain.length) {
    const found = cell.exec(plain)
    if (!found) return rows // a quotation that never ends: what comes after it is nobody's
    const [, quoted, bare = '', end] = found
    const value = quoted?.replaceAll('""', '"') ?? bare
    rows.at(-1)!.push(value.trim().replace(/^'(?=[=+\-@＝＋－＠])/, ''))
    if (end !== separator && cell.lastIndex < plain.length) rows.push([])
    if (end === separator && cell.lastIndex === plain.length) rows.at(-1)!.push('')
  }
  return rows
}
