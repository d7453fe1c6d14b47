import { accessLimits, type Access, type AccessLimits } from '@zongheng/inventory/access.ts'

/** What a line of this kind may be expected to do; the strictest for a kind that is not known. */
export const limitsFor = (access: string): AccessLimits => accessLimits[access as Access] ?? accessLimits.mstp
