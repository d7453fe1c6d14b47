import type { Evidence } from '@zongheng/server/api.ts'

/** Where along a circuit, from 0 at its A end to 1 at its Z end, the evidence puts the break. */
export function breakAt(
  evidence: readonly Evidence[],
  circuitId: string,
  aDevice: string,
  zDevice: string,
): number {
  const mine = evidence.filter((e) => e.circuitId === circuitId)
  const accused = (device: string) =>
    mine.some((e) => (e.code === 'end-down' || e.code === 'end-admin-down') && e.values['device'] === device)
  const [a, z] = [accused(aDevice), accused(zDevice)]
  if (a && !z) return nearA
  if (z && !a) return nearZ
  // Both ports stand and yet the far end is silent: it is lost under way, seen from here towards the far end.
  if (!a && !z && mine.some((e) => e.code === 'ends-up')) return underWay
  return middle
}

const nearA = 0.08
const nearZ = 0.92
const middle = 0.5
const underWay = 0.72
