/** Instants as `datetime-local` shows them, at the installation's hour. */
const aheadMs = 8 * 3_600_000

export const toLocal = (at: unknown): string =>
  typeof at === 'number' ? new Date(at + aheadMs).toISOString().slice(0, 16) : ''

export function fromLocal(text: string): number | undefined {
  const at = Date.parse(`${text}:00Z`)
  return Number.isNaN(at) ? undefined : at - aheadMs
}
