/** What was asked for, as it reads: on the ticket, in its description, in what approvers are shown. */
import { askedFields, recordKindOf, type Answer, type Answers, type Form, type FormField } from '@zongheng/inventory/form.ts' // prettier-ignore
import type { Fact } from '../approvals/fact.ts'

/** Every id among the answers that names a record, with its field. */
export function recordsIn(form: Form, answers: Answers): { field: FormField; id: string; path: string }[] {
  return form.flatMap((field) => {
    const answer = answers[field.key]
    if (answer === undefined) return []
    if (field.type === 'rows')
      return (answer as Answers[]).flatMap(
        (row, index) =>
        recordsIn(field.columns ?? [], row).map((one) => ({ ...one, path: `/${field.key}/${index}${one.path}` })), // prettier-ignore
      )
    if (!recordKindOf(field.type)) return []
    return [answer].flat().map((id) => ({ field, id: id as string, path: `/${field.key}` }))
  })
}

/** In the order they were asked; what was left empty is left out. */
export function factsOf(
  form: Form,
  answers: Answers,
  names: ReadonlyMap<string, string>,
  timezone: string,
): Fact[] {
  const words = (field: FormField, answer: Answer) => wordsOf(field, answer, names, timezone)
  return askedFields(form, answers).flatMap((field) => {
    const answer = answers[field.key]
    if (answer === undefined) return []
    const fact = { label: field.label, type: field.type }
    if (field.type !== 'rows') return { ...fact, text: words(field, answer) }
    const columns = field.columns ?? []
    const rows = (answer as Answers[]).map((row) =>
      columns.map((column) => {
        const cell = row[column.key]
        return cell === undefined ? '' : words(column, cell)
      }),
    )
    const text = rows.map((row) => row.filter(Boolean).join(' ')).join('；')
    return { ...fact, text, table: { columns: columns.map(({ label }) => label), rows } }
  })
}

function wordsOf(
  { type }: FormField,
  answer: Answer,
  names: ReadonlyMap<string, string>,
  timezone: string,
): string {
  if (type === 'money') return `¥${(answer as number).toLocaleString('zh-CN', { minimumFractionDigits: 2 })}`
  if (type === 'date-time') return instant(answer as number, timezone)
  const texts = [answer].flat().map(String)
  return recordKindOf(type) ? texts.map((id) => names.get(id) ?? id).join('、') : texts.join('、')
}

const instant = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at)
