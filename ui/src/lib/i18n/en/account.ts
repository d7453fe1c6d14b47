import type { Translation } from '../dictionary.ts'
import type zh from '../zh/account.ts'

export default {
  title: 'My account',
} satisfies Translation<typeof zh>
