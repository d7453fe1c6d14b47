import { textOf } from '@zongheng/inventory/octets.ts'

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

/** One line without what steers a screen, cut to `length`, never within a character. */
export function lineOf(text: string, length: number): string {
  const line = text.replace(controls, ' ').trim().toWellFormed()
  return line.length <= length
    ? line
    : line
        .slice(0, length - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '') + '…'
}

/** Whether octets are words rather than numbers: a MAC address is not. */
export function isText(octets: Uint8Array): boolean {
  if (octets.length === 0) return true
  const text = textOf(octets)
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ue000-\uf8ff\ufffd]/.test(
    text.replace(/\u0000$/, ''),
  )
}
