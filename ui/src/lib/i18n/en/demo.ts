import type { Translation } from '../dictionary.ts'
import type zh from '../zh/demo.ts'

export default {} satisfies Translation<typeof zh>
