/** Who has confirmed an article and who has not, as a spreadsheet reads it. */
import { byteOrderMark, csvCell } from '../http/csv.ts'
import type { Language } from '../http/problem-messages.ts'
import { timeOf } from '../series/csv.ts'
import type { Readers } from './schema.ts'

const heads: Record<Language, string[]> = {
  zh: ['单位', '姓名', '确认时间'],
  en: ['Unit', 'Name', 'Confirmed at'],
}

export function readersCsv({ items }: Readers, language: Language, timeZone: string): string {
  const rows = items.map(({ person, region, confirmedAt }) => [region, person.name, confirmedAt === null ? '' : timeOf(confirmedAt, timeZone)]) // prettier-ignore
  const lines = [heads[language], ...rows].map((cells) => cells.map(csvCell).join(','))
  return `${byteOrderMark}${lines.join('\r\n')}\r\n`
}
