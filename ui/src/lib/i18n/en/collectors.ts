import type { Translation } from '../dictionary.ts'
import type zh from '../zh/collectors.ts'

export default {
  title: 'Collectors',
} satisfies Translation<typeof zh>
