/** Forms as data: what is asked, when, and whether an answer will do. One code for the console and the server. */
import { kindOfId, type EntityKind } from './id.ts'

export const fieldTypes = [
  'text',
  'long-text',
  'number',
  'money',
  'date',
  'date-time',
  'choice',
  'choices',
  'phone',
  'person',
  'site',
  'device',
  'service',
  'file',
  'rows',
] as const
export type FieldType = (typeof fieldTypes)[number]

/** Masks are compared, never compiled: a form cannot slow the server down. */
export const textFormats = ['any', 'ipv4', 'mac', 'email'] as const
export type TextFormat = (typeof textFormats)[number]

export const requesterFacts = ['name', 'phone', 'email', 'site'] as const
export type RequesterFact = (typeof requesterFacts)[number]

export interface FormField {
  /** What the answer is kept under. */
  key: string
  type: FieldType
  label: string
  help?: string
  required?: boolean
  /** Least and most: of a number or money its value, of a text its length, of choices, files and rows their count. */
  min?: number
  max?: number
  format?: TextFormat
  /** Of a text: `9` a digit, `A` a letter, `*` either, all else itself. */
  pattern?: string
  options?: string[]
  /** Of rows; a column has no rows and no condition. */
  columns?: FormField[]
  /** Only when an earlier choice was answered so. */
  showWhen?: { field: string; is: string[] }
  defaultFrom?: RequesterFact
}

export type Form = FormField[]

/** Money in yuan; dates `2026-11-22`; an instant in epoch ms; what has a record, its id. */
export type Answer = string | number | string[] | Record<string, Answer>[]
export type Answers = Record<string, Answer>

export type Complaint = 'required' | 'type' | 'min' | 'max' | 'format' | 'option' | 'unknown'
export interface FormError {
  /** Of the answer: `/phone`, `/lines/0/count`. */
  path: string
  label: string
  code: Complaint
  limit?: number
}

export const fieldsAtMost = 40
export const optionsAtMost = 60
const columnsAtMost = 8
const answersAtMost = 100
const textAtMost: Partial<Record<FieldType, number>> = { text: 200, 'long-text': 4000 }
const listAtMost: Partial<Record<FieldType, number>> = { choices: optionsAtMost, file: 10, rows: 50 }
const numberAtMost = 1e12

const recordKinds: Partial<Record<FieldType, EntityKind>> = {
  person: 'user',
  site: 'site',
  device: 'device',
  service: 'service',
  file: 'file',
}

/** The kind of record that a field's answer names; undefined for a plain answer. */
export const recordKindOf = (type: FieldType): EntityKind | undefined => recordKinds[type]

const keyShape = /^[a-z][A-Za-z0-9]{0,39}$/
/** Not a key of every object. */
const isKey = (key: string) => keyShape.test(key) && !(key in {})

/** What is wrong with a form itself, as JSON pointers with a word; empty when it is sound. */
export function faultsOfForm(
  form: readonly FormField[],
  isColumns = false,
): { path: string; code: string }[] {
  const faults: { path: string; code: string }[] = []
  const earlier = new Map<string, FormField>()
  if (form.length > (isColumns ? columnsAtMost : fieldsAtMost)) faults.push({ path: '', code: 'max' })
  for (const [index, field] of form.entries()) {
    const wrong = (part: string, code: string) => faults.push({ path: `/${index}/${part}`, code })
    if (!isKey(field.key) || earlier.has(field.key)) wrong('key', 'unique')
    if (!field.label.trim()) wrong('label', 'required')
    const { options = [], min, max, showWhen, columns } = field
    if (
      isChoice(field) &&
      (options.length === 0 || options.length > optionsAtMost || new Set(options).size < options.length)
    )
      // prettier-ignore
      wrong('options', 'unique')
    if (min !== undefined && max !== undefined && min > max) wrong('max', 'range')
    if (field.type === 'rows' && (isColumns || !columns?.length)) wrong('columns', 'required')
    for (const fault of isColumns ? [] : faultsOfForm(columns ?? [], true))
      wrong(`columns${fault.path}`, fault.code)
    if (showWhen && (isColumns || !answersOf(earlier.get(showWhen.field), showWhen.is)))
      wrong('showWhen', 'earlier')
    earlier.set(field.key, field)
  }
  return faults
}

const isChoice = ({ type }: FormField) => type === 'choice' || type === 'choices'
const answersOf = (field: FormField | undefined, is: string[]) =>
  field !== undefined && isChoice(field) && is.length > 0 && is.every((one) => field.options?.includes(one))

/** The fields that are asked, given what is answered so far: a condition on what is not asked is not met. */
export function askedFields(
  form: readonly FormField[],
  answers: Readonly<Record<string, unknown>>,
): FormField[] {
  const shown = new Set<string>()
  return form.filter((field) => {
    const { showWhen } = field
    const given = showWhen && shown.has(showWhen.field) ? [answers[showWhen.field]].flat() : []
    const isAsked = !showWhen || given.some((one) => showWhen.is.includes(one as string))
    if (isAsked) shown.add(field.key)
    return isAsked
  })
}

/** The answers that count (trimmed, of asked fields only), and all that is wrong with them. */
export function checkAnswers(
  form: readonly FormField[],
  raw: Readonly<Record<string, unknown>>,
): { answers: Answers; errors: FormError[] } {
  const errors: FormError[] = []
  const known = new Set(form.map(({ key }) => key))
  for (const key of Object.keys(raw).slice(0, answersAtMost))
    if (!known.has(key)) errors.push({ path: `/${pointer(key)}`, label: key.slice(0, 40), code: 'unknown' })
  const answers = read(askedFields(form, raw), raw, '', errors)
  return { answers, errors }
}

const pointer = (key: string) => key.slice(0, 40).replaceAll('~', '~0').replaceAll('/', '~1')

function read(
  fields: readonly FormField[],
  raw: Readonly<Record<string, unknown>>,
  path: string,
  errors: FormError[],
): Answers {
  const answers: Answers = {}
  for (const field of fields) {
    const at = `${path}/${field.key}`
    const complain = (code: Complaint, limit?: number): undefined =>
      void errors.push({ path: at, label: field.label, code, ...(limit !== undefined && { limit }) })
    const given = Object.hasOwn(raw, field.key) ? raw[field.key] : undefined
    if (isEmpty(given)) {
      if (field.required) complain('required')
      continue
    }
    const answer = field.type === 'rows' ? rowsOf(field, given, at, errors, complain) : readers[field.type](field, given, complain) // prettier-ignore
    if (answer !== undefined) answers[field.key] = answer
  }
  return answers
}

const isEmpty = (given: unknown) =>
  given === undefined ||
  given === null ||
  (typeof given === 'string' && given.trim() === '') ||
  (Array.isArray(given) && given.length === 0)

type Complain = (code: Complaint, limit?: number) => undefined
type Reader = (field: FormField, given: unknown, complain: Complain) => Answer | undefined

const readers: Record<Exclude<FieldType, 'rows'>, Reader> = {
  text: textOf,
  'long-text': textOf,
  number: numberOf,
  money: (field, given, complain) => {
    const yuan = numberOf({ min: 0, ...field }, given, complain)
    return yuan !== undefined && Math.abs(yuan * 100 - Math.round(yuan * 100)) > 1e-4
      ? complain('format')
      : yuan
  },
  date: (_field, given, complain) => (isDate(given) ? given : complain('type')),
  'date-time': (field, given, complain) =>
    Number.isSafeInteger(given) && Math.abs(given as number) < 8.64e15
      ? numberOf({ ...field, max: field.max ?? 8.64e15 }, given, complain)
      : complain('type'),
  choice: (field, given, complain) =>
    typeof given === 'string' && field.options?.includes(given) ? given : complain('option'),
  choices: (field, given, complain) => {
    const list = listOf(field, given, complain)
    return list && (list.every((one) => field.options?.includes(one)) ? list : complain('option'))
  },
  phone: (_field, given, complain) => {
    const number = typeof given === 'string' ? given.replaceAll(/[\s()（）-]/g, '') : ''
    return /^\+?\d{3,20}$/.test(number) ? (given as string).trim().slice(0, 40) : complain('format')
  },
  person: recordOf,
  site: recordOf,
  device: recordOf,
  service: recordOf,
  file: (field, given, complain) => {
    const list = listOf(field, given, complain)
    return list && (list.every((id) => kindOfId(id) === 'file') ? list : complain('type'))
  },
}

function textOf(field: FormField, given: unknown, complain: Complain): string | undefined {
  if (typeof given !== 'string') return complain('type')
  const text = given
    .trim()
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('\0', '')
  const atMost = Math.min(field.max ?? Infinity, textAtMost[field.type] ?? 200)
  if (text.length > atMost) return complain('max', atMost)
  if (field.min !== undefined && text.length < field.min) return complain('min', field.min)
  if (!formats[field.format ?? 'any'](text) || (field.pattern && !fits(field.pattern, text)))
    return complain('format')
  return text
}

function numberOf(
  { min, max = numberAtMost }: FormField,
  given: unknown,
  complain: Complain,
): number | undefined {
  if (typeof given !== 'number' || !Number.isFinite(given)) return complain('type')
  if (min !== undefined && given < min) return complain('min', min)
  if (given > max || given < -numberAtMost) return complain('max', max)
  return given
}

function recordOf({ type }: FormField, given: unknown, complain: Complain): string | undefined {
  return typeof given === 'string' && given.length <= 40 && kindOfId(given) === recordKinds[type]
    ? given
    : complain('type')
}

function listOf({ type, min, max }: FormField, given: unknown, complain: Complain): string[] | undefined {
  if (!Array.isArray(given) || !given.every((one) => typeof one === 'string' && one.length <= 200))
    return complain('type')
  return counted([...new Set(given as string[])], { type, min, max }, complain)
}

function counted<T>(
  list: T[],
  { type, min, max }: { type: FieldType; min: number | undefined; max: number | undefined },
  complain: Complain,
): T[] | undefined {
  const atMost = Math.min(max ?? Infinity, listAtMost[type] ?? Infinity)
  if (list.length > atMost) return complain('max', atMost)
  if (min !== undefined && list.length < min) return complain('min', min)
  return list
}

function rowsOf(
  { type, min, max, columns = [] }: FormField,
  given: unknown,
  path: string,
  errors: FormError[],
  complain: Complain,
): Answers[] | undefined {
  const isRow = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row)
  if (!Array.isArray(given) || !given.every(isRow)) return complain('type')
  const rows = counted(given as Record<string, unknown>[], { type, min, max }, complain)
  return rows?.map((row, index) => read(columns, row, `${path}/${index}`, errors))
}

function isDate(given: unknown): given is string {
  if (typeof given !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(given)) return false
  const at = Date.parse(`${given}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(given)
}

const formats: Record<TextFormat, (text: string) => boolean> = {
  any: () => true,
  ipv4: (text) => /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256),
  mac: (text) => /^[0-9a-f]{2}([:-]?[0-9a-f]{2}){5}$/i.test(text) || /^([0-9a-f]{4}[.-]){2}[0-9a-f]{4}$/i.test(text), // prettier-ignore
  email: (text) => /^[^\s@]{1,64}@[^\s@.]{1,63}(\.[^\s@.]{1,63}){1,8}$/.test(text),
}

const maskOf: Record<string, RegExp> = { '9': /^\d$/, A: /^\p{L}$/u, '*': /^[\p{L}\d]$/u }

/** Character by character: linear in the text. */
function fits(mask: string, text: string): boolean {
  const asked = [...mask]
  const given = [...text]
  return asked.length === given.length && asked.every((one, i) => maskOf[one]?.test(given[i]!) ?? one === given[i]) // prettier-ignore
}

const complaintWords: Record<Complaint, { zh: string; en: string }> = {
  required: { zh: '必填', en: 'is required' },
  type: { zh: '格式不对', en: 'is of the wrong kind' },
  min: { zh: '不能少于 {n}', en: 'is at least {n}' },
  max: { zh: '不能超过 {n}', en: 'is at most {n}' },
  format: { zh: '格式不对', en: 'has the wrong format' },
  option: { zh: '不在选项之中', en: 'is none of the choices' },
  unknown: { zh: '不存在', en: 'does not exist' },
}

/** `“联系电话”必填`. */
export function wordsOf({ label, code, limit }: FormError): { zh: string; en: string } {
  const { zh, en } = complaintWords[code]
  const filled = (text: string) => text.replace('{n}', String(limit ?? ''))
  return { zh: `“${label}”${filled(zh)}`, en: `“${label}” ${filled(en)}` }
}
