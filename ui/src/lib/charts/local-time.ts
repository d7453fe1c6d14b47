import { shanghaiOffsetMs } from './scale.ts'

/** An instant as a field of date and time holds it, by the installation's clock: `2026-11-22T09:30`. */
export const toLocal = (at: number): string => new Date(at + shanghaiOffsetMs).toISOString().slice(0, 16)

export const fromLocal = (text: string): number => Date.parse(`${text}Z`) - shanghaiOffsetMs
