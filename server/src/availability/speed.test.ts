import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { noDraft } from '../estate/draft.ts'
import { testApp, type TestApp } from '../testing.ts'

/** A statement asks the database the same few questions, however many circuits it is about. */
let test: TestApp
let inject: Awaited<ReturnType<TestApp['as']>>['inject']
const hour = 3_600_000
const monthStart = Date.UTC(2026, 9, 31, 16)
const [sitesEach, turnsEach] = process.env.LONG ? [1000, 40] : [60, 40]

beforeAll(async () => {
  test = await testApp()
  inject = (await test.as('viewer')).inject
})
afterAll(() => test.close())

/** Townships behind one county, two circuits each, with a month of outages. */
async function plant(batch: number, sites: number): Promise<void> {
  const { db } = test.context
  const regionId = test.regions.get('130123')!
  const draft = noDraft(regionId)
  const site = (key: string) => ({ key, regionId, name: key, kind: 'machine-room' as const, address: null, contact: null, contactPhone: null }) // prettier-ignore
  const device = (key: string, siteKey: string, host: number) => ({ key, siteKey, name: key, role: 'access-router' as const, address: `127.${batch}.${host >> 8}.${host & 255}`, port: 161, credentialKey: 'snmp', collectorId: null }) // prettier-ignore
  draft.carriers = [{ key: 'carrier', name: `运营商 ${batch}`, hotline: null }]
  draft.credentials = [{ key: 'snmp', name: `snmp ${batch}`, regionId, snmp: { version: '2c', community: 'c' } }] // prettier-ignore
  draft.sites.push(site(`上级 ${batch}`))
  draft.devices.push(device(`RT ${batch}`, `上级 ${batch}`, 1))
  for (let i = 0; i < sites; i++) {
    const [here, router] = [`乡 ${batch} ${i}`, `RT ${batch} ${i}`]
    draft.sites.push(site(here))
    draft.devices.push(device(router, here, i + 2))
    draft.links.push({
      key: `link ${i}`, upperSiteKey: `上级 ${batch}`, lowerSiteKey: here, name: here,
      circuits: (['primary', 'backup'] as const).map((role) => ({
        key: `${role} ${i}`, role, number: `NO-${batch}-${i}-${role}`, carrierKey: 'carrier', access: 'mstp', bandwidthBps: 1e7, promisedPercent: 99.9, monthlyFeeYuan: null, contractUntil: null, leg: null,
        a: { deviceKey: `RT ${batch}`, ifName: `${role} ${i}` }, z: { deviceKey: router, ifName: role },
      })),
    }) // prettier-ignore
  }
  const ids = await db.transaction().execute((tx) => test.services.estate.create(tx, draft))
  for (const [key, entity_id] of ids) {
    const type = /^(primary|backup)/.test(key) ? 'circuit' : /^RT/.test(key) ? 'device' : null
    if (!type) continue
    const about = { entity_id, entity_type: type, region_id: regionId }
    const turns = Array.from({ length: turnsEach }, (_, i) => ({
      id: newId('stateChange'), ...about, from_state: i % 2 ? 'down' : 'up', to_state: i % 2 ? 'up' : 'down', at: monthStart + i * 12 * hour,
      evidence: JSON.stringify([{ code: 'probe-lost', verdict: 'bad', at: 1, circuitId: null, values: { okAtMs: monthStart + i * 12 * hour - 10_000, lostSinceMs: monthStart + i * 12 * hour } }]),
    })) // prettier-ignore
    await db.insertInto('state_changes').values(turns).execute()
    const { to_state: state, at: since } = turns.at(-1)!
    await db
      .insertInto('entity_states')
      .values({ ...about, state, since, evidence: '[]' })
      .execute()
  }
  await test.services.state.reload()
}

async function statements(): Promise<{ asked: number; cpuMs: number; circuits: number }> {
  const asked = vi.spyOn(Object.getPrototypeOf(test.context.db.getExecutor()) as { executeQuery: () => unknown }, 'executeQuery') // prettier-ignore
  const viewer = await (await test.as('viewer')).viewer()
  asked.mockClear()
  const before = process.cpuUsage()
  const statement = await test.services.availability.statement(viewer, { month: '2026-11' })
  const { user, system } = process.cpuUsage(before)
  const count = asked.mock.calls.length
  asked.mockRestore()
  return { asked: count, cpuMs: (user + system) / 1000, circuits: statement.total.circuits }
}

it('asks no more questions about many circuits than about two', async () => {
  await plant(1, 1)
  const few = await statements()
  await plant(2, sitesEach)
  const many = await statements()
  expect([few.circuits, many.circuits]).toEqual([2, 2 * sitesEach + 2])
  // the clocks of other modules ask one or another in between
  expect(Math.max(few.asked, many.asked)).toBeLessThan(10)
  if (process.env.LONG) expect((await statements()).cpuMs).toBeLessThan(1000)
  const page = await inject({ url: '/availability/circuits?month=2026-11&limit=200' })
  expect(page.json<{ items: unknown[] }>().items).toHaveLength(Math.min(200, many.circuits))
})
