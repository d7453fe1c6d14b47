import type { Translation } from '../dictionary.ts'
import type zh from '../zh/setup.ts'

export default {} satisfies Translation<typeof zh>
