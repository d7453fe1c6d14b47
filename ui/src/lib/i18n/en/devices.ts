import type { Translation } from '../dictionary.ts'
import type zh from '../zh/devices.ts'

export default {} satisfies Translation<typeof zh>
