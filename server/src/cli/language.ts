export type CliLanguage = 'zh' | 'en'

/** English when the locale says so; the product's own language otherwise. */
export function cliLanguage(env: NodeJS.ProcessEnv = process.env): CliLanguage {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

/** Column widths of text with Chinese in it: an ideograph takes two. */
export function widthOf(text: string): number {
  return [...text].reduce(
    (width, c) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(c)
        ? 2
        : 1),
    0,
  )
}

export const padded = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Rows as aligned columns, two blanks between them. */
export function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ''))))
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : padded(cell, widths[i]!))).join('  '),
  )
}
