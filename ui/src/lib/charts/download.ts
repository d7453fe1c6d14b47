import { csv, type Cell } from './csv.ts'

/** Hands the table to the browser as a file. */
export function downloadCsv(name: string, head: readonly string[], rows: readonly (readonly Cell[])[]) {
  const url = URL.createObjectURL(new Blob([csv(head, rows)], { type: 'text/csv;charset=utf-8' }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = `${name.replaceAll(/[\\/:*?"<>|\s]+/g, '_')}.csv`
  anchor.click()
  URL.revokeObjectURL(url)
}
