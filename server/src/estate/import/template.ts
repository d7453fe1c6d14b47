import type { Language } from '../../http/problem-messages.ts'
import { exampleMarks, type SheetForm } from './columns.ts'

const columnWidth = 20

/** The workbook to fill in: its sheets with their headings and an example each. */
export async function importTemplate(
  language: Language,
  forms: Readonly<Record<string, SheetForm>>,
): Promise<Buffer> {
  const pages = Object.values(forms).map((sheet) => {
    const columns = Object.values(sheet.columns)
    const headings = columns.map((column) => ({
      value: column[language] + (column.required ? ' *' : ''),
      fontWeight: 'bold' as const,
    }))
    const examples = columns.map(({ example }, i) => ({
      value: (i === 0 ? exampleMarks[language] : '') + example,
    }))
    return {
      sheet: sheet[language],
      data: [headings, examples],
      columns: columns.map(() => ({ width: columnWidth })),
      stickyRowsCount: 1,
    }
  })
  const { default: writeXlsxFile } = await import('write-excel-file/node')
  return writeXlsxFile(pages).toBuffer()
}
