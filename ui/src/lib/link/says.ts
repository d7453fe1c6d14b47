import type { Evidence, LinkCircuit } from '@zongheng/server/api.ts'
import { t, tOr, type Key } from '#lib/i18n/index.svelte.ts'
import { saying } from './explain.ts'
import { evidenceWords, written } from './words.ts'

/** Why a circuit is judged as it is, in a sentence or two. */
export function circuitSays(circuit: LinkCircuit, evidence: readonly Evidence[]): string {
  const { key, found, told, flapping } = saying(circuit, evidence)
  const list = told.map((item) => {
    const { title, text } = evidenceWords({ ...item, circuitId: null }, [])
    return circuit.state === 'up' ? title : `${title} ${text}`
  })
  const listed = list.join(t('links.says.and'))
  const values = { ...written(found?.code ?? '', found?.values ?? {}), good: listed, bad: listed }
  const words = tOr(`links.says.${key}`, t(`links.says.${circuit.state}.other` as Key), values)
  const flaps = flapping && t('links.says.flapping', { losses: Number(flapping.values['losses']) })
  return flaps ? `${words} ${flaps}` : words
}
