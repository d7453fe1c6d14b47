import type { Translation } from '../dictionary.ts'
import type zh from '../zh/desk.ts'

export default {} satisfies Translation<typeof zh>
