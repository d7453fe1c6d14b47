import { metrics } from '@zongheng/inventory/metric.ts'
import type { CollectorHealth } from '@zongheng/collector/contract.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'

let t: TestApp
let id: string
beforeEach(async () => {
  t = await testApp()
  const admin = await t.as('network-admin')
  id = (await admin.inject({ method: 'POST', url: '/collectors', body: { name: '市采集器' } })).json()
    .collectorId
})
afterEach(() => t.close())

const health: CollectorHealth = {
  atMs: 0,
  targets: 10,
  probes: 2,
  spooledBatches: 1,
  spooledBytes: 4096,
  lagMs: 12,
  onTimePercent: 99.5,
  timeouts: 100,
  cpuPercent: 3.5,
  rssBytes: 1e8,
}
const hear = (over: Partial<CollectorHealth> = {}) => {
  t.services.uplink.presence.arrived(id)
  t.services.uplink.presence.heard(id, { ...health, ...over })
}
const kept = async () => {
  const names = [
    'collectorCpuPercent',
    'collectorOnTimePercent',
    'collectorTimeouts',
    'collectorSpoolBytes',
  ] as const
  const keys = names.map((metric) => ({ entity: id, metric }))
  const raw = await t.context.series.raw(keys, { from: 0, until: t.context.now + 1 })
  return Object.fromEntries(raw.map(({ metric, values }) => [metric, values]))
}

it('keeps how collectors fare, once a minute whatever restarts', async () => {
  hear()
  await t.services.collectorSeries.keep()
  await t.services.collectorSeries.keep()
  t.context.now += 60_000
  hear({ timeouts: 103, onTimePercent: null })
  await t.services.collectorSeries.keep()
  t.context.now += 60_000
  hear({ timeouts: 2 })
  await t.services.collectorSeries.keep()
  expect(await kept()).toEqual({
    collectorCpuPercent: [3.5, 3.5, 3.5],
    collectorOnTimePercent: [99.5, 99.5],
    collectorTimeouts: [0, 3, 2],
    collectorSpoolBytes: [4096, 4096, 4096],
  })
})

it('keeps nothing of one that is gone', async () => {
  hear()
  t.services.uplink.presence.left(id)
  await t.services.collectorSeries.keep()
  expect((await kept()).collectorCpuPercent ?? []).toEqual([])
})

it('is read by whoever sees the collector, in their region alone', async () => {
  hear()
  await t.services.collectorSeries.keep()
  const url = `/series/last?entity=${id}&metric=collectorCpuPercent`
  const above = await (await t.as('network-admin')).inject({ url })
  expect(above.json().items).toMatchObject([{ entityId: id, value: 3.5, unit: 'percent' }])
  const beside = await (await t.as('network-admin', '130123')).inject({ url })
  expect(beside.statusCode).toBe(404)
  expect(metrics.collectorCpuPercent.entity).toBe('collector')
})
