import type { Translation } from '../dictionary.ts'
import type zh from '../zh/alarms.ts'

export default {} satisfies Translation<typeof zh>
