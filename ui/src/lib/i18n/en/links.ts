import type { Translation } from '../dictionary.ts'
import type zh from '../zh/links.ts'

export default {} satisfies Translation<typeof zh>
