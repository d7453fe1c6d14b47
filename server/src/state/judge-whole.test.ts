import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { upsKeys, upsOnBattery } from '@zongheng/inventory/sensor.ts'
import { expect, it } from 'vitest'
import type { EstateModel } from '../estate/model.ts'
import { Judge, type Judgement } from './judge.ts'
import { smallProvince } from './testing.ts'

type Chance = (share: number) => boolean

/** [Numerical Recipes] */
function chances(seed: number): { chance: Chance; below: (n: number) => number } {
  let state = seed
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  return { chance: (share) => next() < share, below: (n) => Math.floor(next() * n) }
}

/** What may be said at an instant: things break and mend, and some of it is not said at all. */
class Chatter {
  readonly #model: EstateModel
  readonly #broken = new Set<string>()
  readonly #ids: string[] = []
  readonly #random: ReturnType<typeof chances>
  #quietFor = 0

  constructor(model: EstateModel, seed: number) {
    this.#model = model
    this.#random = chances(seed)
  }

  /** Legs are probed on the whole second. Limits of time fall on half ones. */
  at(nowMs: number): SampleColumns[] {
    const isProbed = nowMs % 1000 === 0
    const atMs = Math.floor(nowMs / 1000) * 1000 - 500
    const { chance, below } = this.#random
    if (this.#quietFor > 0 || chance(0.01)) {
      this.#quietFor = this.#quietFor > 0 ? this.#quietFor - 1 : below(40)
      return []
    }
    const columns: SampleColumns[] = []
    const say = (metric: string, id: string, value: number, startMs?: number) =>
      columns.push(this.#column(metric, id, atMs, value, startMs))
    this.#breakAndMend()
    for (const { id, a, z } of this.#model.circuits.values()) {
      if (isProbed && chance(0.4)) {
        const isUp = !this.#isBroken([id, a.deviceId, z.deviceId])
        say('probeOk', id, Number(isUp))
        say('probeSent', id, 3)
        say('probeLost', id, isUp ? Number(chance(0.1)) : 3)
        if (isUp) say('probeRttMs', id, 3 + below(chance(0.1) ? 300 : 5))
      }
      for (const { interfaceId } of [a, z]) {
        if (chance(0.1)) say('ifOperStatus', interfaceId, chance(0.1) ? 2 : 1)
        if (chance(0.1)) say('ifHCInOctets', interfaceId, below(90_000_000), atMs - 60_000)
      }
    }
    for (const { id, sensors } of this.#model.devices.values()) {
      if (!chance(0.15)) continue
      const isUp = !this.#isBroken([id])
      say('reachable', id, Number(isUp))
      if (!isUp) continue
      say('cpuPercent', id, 80 + below(15))
      for (const { id: sensorId, key } of sensors)
        say('value', sensorId, key === upsKeys.outputSource ? (chance(0.1) ? upsOnBattery : 3) : 2 + below(2))
    }
    return columns
  }

  #breakAndMend(): void {
    const { chance, below } = this.#random
    const all = [...this.#model.circuits.keys(), ...this.#model.devices.keys(), ...this.#model.sites.keys()]
    if (chance(0.05)) this.#broken.add(all[below(all.length)]!)
    for (const id of this.#broken) if (chance(0.03)) this.#broken.delete(id)
  }

  #isBroken(ids: string[]): boolean {
    const sites = ids.flatMap((id) => this.#model.devices.get(id)?.siteId ?? [])
    return [...ids, ...sites].some((id) => this.#broken.has(id))
  }

  #column(metric: string, id: string, atMs: number, value: number, startMs?: number): SampleColumns {
    let entity = this.#ids.indexOf(id)
    if (entity < 0) entity = this.#ids.push(id) - 1
    const start = startMs === undefined ? {} : { startMs: [startMs] }
    return { metric, ids: this.#ids, entities: [entity], atMs: [atMs], values: [value], ...start }
  }
}

const told = ({ changes, findings, explain, isKnown }: Judgement) => ({
  changes: changes.map((change) => JSON.stringify(change)).sort(),
  findings: [...findings]
    .map(([key, finding]) =>
      JSON.stringify([key, finding, explain(finding), isKnown(finding.entityId, finding.condition)]),
    )
    .sort(),
})

const { LONG } = process.env
it.each(Array.from({ length: LONG ? 100 : 6 }, (_, i) => i + 1))(
  'looks only at what is new, and judges as if it looked at everything: at random, from seed %d',
  (seed) => {
    const { chance, below } = chances(seed * 7919)
    let model = smallProvince()
    let nowMs = Date.UTC(2026, 10, 22)
    const [quick, whole] = [new Judge(model, [], nowMs), new Judge(model, [], nowMs)]
    const chatter = new Chatter(model, seed)
    let changes = 0
    for (let step = 0; step < 400; step++) {
      if (nowMs % 1000 < 400 && chance(0.4))
        nowMs += 100 // time alone is looked at once a second
      else
        nowMs =
          Math.floor(nowMs / 1000) * 1000 +
          (chance(0.01) ? -60_000 : 1000 * (1 + below(chance(0.05) ? 200 : 12)))
      if (chance(0.01)) model = { ...model }
      const columns = chatter.at(nowMs)
      const awaySinceMs = chance(0.1) ? nowMs - 60_000 : null
      for (const judge of [quick, whole]) {
        if (model !== judge.model) judge.rebuild(model)
        judge.observations.ingest(columns)
        judge.collectorAway('col', awaySinceMs)
      }
      whole.lookAtAll()
      const [some, all] = [told(quick.evaluate(nowMs)), told(whole.evaluate(nowMs))]
      expect(some, `step ${step}`).toEqual(all)
      changes += all.changes.length
      for (const map of [model.circuits, model.links, model.sites, model.devices])
        for (const id of map.keys()) expect(quick.held(id), `${id}, step ${step}`).toEqual(whole.held(id))
    }
    expect(changes).toBeGreaterThan(100)
  },
)
