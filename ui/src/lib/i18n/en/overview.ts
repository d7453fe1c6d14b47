import type { Translation } from '../dictionary.ts'
import type zh from '../zh/overview.ts'

export default {} satisfies Translation<typeof zh>
