import type { Translation } from '../dictionary.ts'
import type zh from '../zh/audit.ts'

export default {
  title: 'Audit trail',
} satisfies Translation<typeof zh>
