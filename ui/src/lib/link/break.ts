/**
 * Where along a lost circuit the break is drawn, from 0 at its A end to 1 at its Z end, by what both ports say (ifOperStatus):
 *
 * | A | Z | the break |
 * | --- | --- | --- |
 * | not up | up | at A |
 * | up | not up | at Z |
 * | up | up | under way: the far end's address is lost though both ports stand |
 * | else | | in the middle: nothing tells |
 */
export function breakAt(a: string, z: string): number {
  const lost = (status: string) => status !== 'up' && status !== 'unknown'
  if (lost(a) && z === 'up') return 0.08
  if (lost(z) && a === 'up') return 0.92
  return a === 'up' && z === 'up' ? 0.72 : 0.5
}
