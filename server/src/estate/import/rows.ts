import type { Language } from '../../http/problem-messages.ts'
import type { ImportResult } from '../schema.ts'
import type { sheets } from './columns.ts'
import { exampleMarks, type SheetForm } from './columns.ts'
import type { Sheet } from './workbook.ts'
import { findings, type FindingCode } from './words.ts'

export type ImportError = ImportResult['errors'][number]

const mostRows = 5000

/** Gathers what is wrong, in the reader's language. */
export class ErrorList<Name extends string = SheetName> {
  readonly all: ImportError[] = []
  readonly forms: Readonly<Record<Name, SheetForm>>
  readonly #language: Language

  constructor(language: Language, forms: Readonly<Record<Name, SheetForm>>) {
    this.#language = language
    this.forms = forms
  }

  /** `row` as the spreadsheet counts it: the headings are row 1. */
  add(page: Name, row: number, column: string, code: FindingCode): void {
    const sheet = this.forms[page][this.#language]
    this.all.push({
      sheet,
      row,
      column: this.#heading(page, column),
      code,
      message: findings[code][this.#language],
    })
  }

  #heading(page: Name, column: string): string {
    const known = this.forms[page].columns[column]
    return known?.[this.#language] ?? column
  }
}

export type SheetName = keyof typeof sheets
export type Numbered<Row> = Row & { row: number }

/** The rows of one sheet, each read cell by cell. What is wrong goes to `errors`; such a row is left out. */
export function readRows<Row, Name extends string = SheetName>(
  workbook: Sheet[],
  page: Name,
  errors: ErrorList<Name>,
): Numbered<Row>[] {
  const form = errors.forms[page]
  const sheet = sheetOf(workbook, form)
  if (!sheet) {
    if (form.required) errors.add(page, 1, '', 'missing-sheet')
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

const sheetOf = (workbook: Sheet[], { zh, en }: SheetForm) =>
  workbook.find(({ name }) => name === zh || name === en)

/** The columns that a sheet has: of the others it says nothing. */
export function columnsIn(workbook: Sheet[], form: SheetForm): Set<string> {
  const headings = (sheetOf(workbook, form)?.rows[0] ?? []).map(plainHeading)
  const columns = Object.entries(form.columns)
  return new Set(columns.flatMap(([name, { zh, en }]) => headings.includes(zh) || headings.includes(en) ? name : [])) // prettier-ignore
}

const plainHeading = (heading: string) => heading.replace(/\s*\*$/, '')

/** Which column of the sheet holds what; null when the headings are not right. */
function placesOf<Name extends string>(
  headings: string[],
  page: Name,
  errors: ErrorList<Name>,
): Map<string, number> | null {
  const columns = Object.entries(errors.forms[page].columns)
  const places = new Map<string, number>()
  const before = errors.all.length
  headings.forEach((heading, place) => {
    const plain = plainHeading(heading)
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

function readRow<Name extends string>(
  cells: string[],
  places: Map<string, number>,
  page: Name,
  row: number,
  errors: ErrorList<Name>,
) {
  const values: Record<string, unknown> = {}
  const before = errors.all.length
  for (const [name, column] of Object.entries(errors.forms[page].columns)) {
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
