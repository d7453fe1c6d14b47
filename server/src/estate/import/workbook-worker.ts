/** Reads one workbook and ends. Null when it cannot be read. */
import { parentPort, workerData } from 'node:worker_threads'
import readXlsxFile from 'read-excel-file/universal'
import type { Sheet } from './workbook.ts'

/** Of what is larger, one row more is kept: enough to be told so. */
const mostRows = 5002
const mostColumns = 40
const longestText = 300

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return cell.toISOString().slice(0, 10)
  return String(cell as string | number | boolean)
    .trim()
    .slice(0, longestText)
}

async function read(xlsx: Uint8Array): Promise<Sheet[] | null> {
  try {
    const sheets = await readXlsxFile(xlsx.slice().buffer as ArrayBuffer)
    return sheets.map(({ sheet, data }) => {
      const rows = data.slice(0, mostRows).map((row) => row.slice(0, mostColumns).map(textOf))
      return { name: sheet, rows }
    })
  } catch {
    return null // whatever is wrong with it, it is not a workbook we can read
  }
}

parentPort!.postMessage(await read(workerData as Uint8Array))
