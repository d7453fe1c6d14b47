/** What is kept of a check's look is what a fresh look would say, whatever happens and in whatever order. */
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { expect, it } from 'vitest'
import { Judge } from './judge.ts'
import { smallProvince } from './testing.ts'

const start = Date.UTC(2026, 10, 22, 2)

/** Numbers as if by chance, the same each time (mulberry32). */
function chance(seed: number) {
  return (below: number) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

function model() {
  const estate = smallProvince()
  estate.collectors.set('far', { siteId: null, regionId: '甲县', name: '远', isLocal: false })
  for (let i = 0; i < 8; i++) {
    const point = (collectorId: string) => ({ id: `chp-${collectorId}-${i}`, collectorId, outcome: null, outcomeAtMs: 0 }) // prettier-ignore
    estate.checks.set(`chk-${i}`, {
      id: `chk-${i}`, regionId: '甲县', siteId: null, deviceId: null, name: `check ${i}`,
      spec: { kind: 'tcp', host: '10.0.0.1', port: 80, expect: '' }, limits: [{ metric: 'checkMs', warning: 500, critical: 3000 }],
      intervalS: 60, timeoutMs: 5000, credentialId: null, isEnabled: true, points: i % 2 ? [point('col')] : [point('col'), point('far')],
    }) // prettier-ignore
  }
  return estate
}

const said = (judge: Judge, nowMs: number) => {
  const { findings, changes } = judge.evaluate(nowMs)
  const held = Array.from({ length: 8 }, (_, i) => judge.held(`chk-${i}`))
  return {
    held: structuredClone(held),
    changes,
    findings: [...findings.values()].map((one) => [one.entityId, one.condition, one.severity, one.evidence]),
  } // prettier-ignore
}

it.each([1, 2, 3, 4])('at random, from seed %i', (seed) => {
  const random = chance(seed)
  const [kept, fresh] = [new Judge(model(), [], start - 600_000), new Judge(model(), [], start - 600_000)]
  const both = (act: (judge: Judge) => void) => [kept, fresh].forEach(act)
  let now = start
  for (let step = 0; step < 400; step++) {
    now += [0, 1000, 10_000, 60_000, 200_000][random(5)]!
    const id = `chp-${random(3) ? 'col' : 'far'}-${random(8)}`
    const row = (metric: string, value: number): SampleColumns => ({ metric, ids: [id], entities: [0], atMs: [now], values: [value] }) // prettier-ignore
    const [what, ok, ms] = [random(6), random(3) ? 1 : 0, [20, 600, 4000][random(3)]!]
    const away = random(2) ? now : null
    if (what < 3) both((judge) => judge.observations.ingest([row('checkMs', ms), row('checkOk', ok)]))
    if (what === 3) both((judge) => judge.collectorAway('far', away))
    if (what === 4) both((judge) => judge.observations.check(id).told({ ok: false, code: ok ? 'refused' : 'failed', values: {} }, now)) // prettier-ignore
    if (what === 5 && step % 40 === 0) both((judge) => judge.forget(now))
    fresh.rebuild(model())
    expect(said(kept, now), `step ${step}`).toEqual(said(fresh, now))
  }
})
