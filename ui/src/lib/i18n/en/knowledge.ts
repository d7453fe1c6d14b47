import type zh from '../zh/knowledge.ts'
import type { Translation } from '../dictionary.ts'

export default {
  title: 'Knowledge',
  search: 'Search the library',
  hint: 'A symptom, an alarm, a command, or initials in pinyin',
  all: 'All',
  'category.network': 'Network devices',
  'category.line': 'Leased lines',
  'category.power': 'Power and rooms',
  'category.software': 'Software',
  'category.office': 'Office equipment',
  'category.security': 'Security',
  'category.regulation': 'Regulations',
  'category.plan': 'Emergency plans',
  none: 'No articles here yet',
  notFound: 'Nothing was found',
  notFoundHint: 'Try other words. The search is kept: it tells what the library lacks',
  mustRead: 'Must be read',
  version: 'Version {n}',
  used: { one: 'used once', other: 'used {n} times' },
  helpful: { one: 'helped one reader', other: 'helped {n} readers' },
  helps: 'It helped',
  helpsNot: 'It did not',
  confirm: 'I have read this',
  confirmed: 'Confirmed as read on {at}',
  publishedAt: 'Published {at}',
} satisfies Translation<typeof zh>
