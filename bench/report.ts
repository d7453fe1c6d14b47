import { cpus, loadavg } from 'node:os'

/** Sorted; the middle one of an odd number, the lower middle of an even one. */
export function spreadOf(values: number[]): { min: number; median: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b)
  return { min: sorted[0]!, median: sorted[(sorted.length - 1) >> 1]!, max: sorted.at(-1)! }
}

/** Lines of cells in columns; all but the first column to the right. */
export function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
  return rows.map(line).join('\n')
}

/** What a figure was taken on: it means nothing without. */
export function machine(): string {
  const [cpu] = cpus()
  const load = loadavg().map((n) => n.toFixed(1)).join(' ') // prettier-ignore
  return `${cpus().length} × ${cpu?.model.trim()}, Node ${process.version}, load ${load}`
}
