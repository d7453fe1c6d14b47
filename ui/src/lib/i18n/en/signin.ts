import type { Translation } from '../dictionary.ts'
import type zh from '../zh/signin.ts'

export default {} satisfies Translation<typeof zh>
