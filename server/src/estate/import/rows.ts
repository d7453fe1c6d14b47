import type { Language } from '../../http/problem-messages.ts'
import type { ImportResult } from '../schema.ts'
import { exampleMarks, sheets, type Column } from './columns.ts'
import type { Sheet } from './workbook.ts'
import { findings, type FindingCode } from './words.ts'

export type ImportError = ImportResult['errors'][number]

const mostRows = 5000

/** Gathers what is wrong, in the reader's language. */
export class ErrorList {
  readonly all: ImportError[] = []
  readonly #language: Language

  constructor(language: Language) {
    this.#language = language
  }

  /** `row` as the spreadsheet counts it: the headings are row 1. */
  add(page: SheetName, row: number, column: string, code: FindingCode): void {
    const sheet = sheets[page][this.#language]
    this.all.push({
      sheet,
      row,
      column: this.#heading(page, column),
      code,
      message: findings[code][this.#language],
    })
  }

  #heading(page: SheetName, column: string): string {
    const known = (sheets[page].columns as Record<string, Column<unknown>>)[column]
    return known?.[this.#language] ?? column
  }
}

export type SheetName = keyof typeof sheets
export type Numbered<Row> = Row & { row: number }

/** The rows of one sheet, each read cell by cell. What is wrong goes to `errors`; such a row is left out. */
export function readRows<Row>(workbook: Sheet[], page: SheetName, errors: ErrorList): Numbered<Row>[] {
  const { zh, en } = sheets[page]
  const sheet = workbook.find(({ name }) => name === zh || name === en)
  if (!sheet) {
    if (page === 'devices') errors.add(page, 1, '', 'missing-sheet')
    return []
  }
  const [headings = [], ...rows] = sheet.rows
  const places = placesOf(headings, page, errors)
  if (!places) return []
  if (rows.length > mostRows) {
    errors.add(page, mostRows + 2, '', 'too-many-rows')
    return []
  }
  return rows.flatMap((cells, i) => {
    const row = isPassedOver(cells) ? null : readRow(cells, places, page, i + 2, errors)
    return row ? [{ ...row, row: i + 2 } as Numbered<Row>] : []
  })
}

/** Which column of the sheet holds what; null when the headings are not right. */
function placesOf(headings: string[], page: SheetName, errors: ErrorList): Map<string, number> | null {
  const columns = Object.entries<Column<unknown>>(sheets[page].columns)
  const places = new Map<string, number>()
  const before = errors.all.length
  headings.forEach((heading, place) => {
    const plain = heading.replace(/\s*\*$/, '')
    const known = columns.find(([, column]) => column.zh === plain || column.en === plain)
    if (known) places.set(known[0], place)
    else if (plain) errors.add(page, 1, plain, 'unknown-column')
  })
  for (const [name, column] of columns) {
    if (column.required && !places.has(name)) errors.add(page, 1, name, 'missing-column')
  }
  return errors.all.length === before ? places : null
}

const isPassedOver = (cells: string[]) =>
  cells.every((cell) => cell === '') ||
  Object.values(exampleMarks).some((mark) => cells[0]?.startsWith(mark.trim()))

function readRow(
  cells: string[],
  places: Map<string, number>,
  page: SheetName,
  row: number,
  errors: ErrorList,
) {
  const values: Record<string, unknown> = {}
  const before = errors.all.length
  for (const [name, column] of Object.entries<Column<unknown>>(sheets[page].columns)) {
    const text = cells[places.get(name) ?? -1] ?? ''
    if (text === '') {
      if (column.required) errors.add(page, row, name, 'required')
      continue
    }
    const read = column.read(text)
    if ('code' in read) errors.add(page, row, name, read.code)
    else values[name] = read.value
  }
  return errors.all.length === before ? values : null
}
