import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { TestApp } from './testing.ts'
import { testApp } from './testing.ts'
import { lastMark } from './uplink/store.ts'

/** One county behind one city, in the database, and what a collector would say of it. */
let test: TestApp
let ids: { link: string; circuits: string[]; devices: string[]; collector: string }
let seq = 0
const epoch = randomUUID()

beforeEach(async () => {
  test = await testApp()
  seq = 0
  ids = await plant(test)
  await test.services.decider.start()
})
afterEach(async () => {
  await test.services.decider.stop()
  await test.close()
})

async function plant({ context: { db }, regions }: TestApp) {
  const stamps = { created_at: 1, updated_at: 1 }
  const [city, county] = [regions.get('130100')!, regions.get('130123')!]
  const [upper, lower] = [newId('site'), newId('site')]
  const collector = newId('collector')
  const site = {
    organisation_id: null,
    kind: 'office',
    address: null,
    contact: null,
    contact_phone: null,
    ...stamps,
  }
  await db
    .insertInto('sites')
    .values([
      { id: upper, region_id: city, name: '石家庄市财政局', ...site },
      { id: lower, region_id: county, name: '正定县财政局', ...site },
    ])
    .execute()
  await db
    .insertInto('collectors')
    .values({
      id: collector,
      name: '采集器',
      site_id: upper,
      token_hash: null,
      key_hash: null,
      public_key: null,
      seen_at: null,
      revoked_at: null,
      ...stamps,
    })
    .execute()
  const devices = [newId('device'), newId('device'), newId('device')]
  const [a, z] = devices as [string, string, string]
  const blank = {
    vendor: '',
    os: '',
    category: '',
    sys_object_id: '',
    sys_name: '',
    sys_descr: '',
    hardware: '',
    version: '',
    serial: '',
  }
  await db
    .insertInto('devices')
    .values(
      devices.map((id, i) => ({
        id,
        region_id: i === 0 ? city : county,
        site_id: i === 0 ? upper : lower,
        collector_id: collector,
        name: ['SJZ-RT', 'ZD-RT', 'ZD-SW'][i]!,
        role: 'access-router',
        address: `127.9.0.${i}`,
        port: 161,
        snmp_credential_id: null,
        ssh_credential_id: null,
        ssh_port: 22,
        poll_interval_s: 60,
        identified_at: null,
        archived_at: null,
        ...blank,
        ...stamps,
      })),
    )
    .execute()
  const link = newId('link')
  await db
    .insertInto('links')
    .values({
      id: link,
      region_id: county,
      upper_site_id: upper,
      lower_site_id: lower,
      name: '石家庄市–正定县',
      ...stamps,
    })
    .execute()
  const carrier = newId('organisation')
  await db
    .insertInto('organisations')
    .values({
      id: carrier,
      name: '中国电信',
      kind: 'carrier',
      region_id: city,
      hotline: '0311-10000',
      ...stamps,
    })
    .execute()
  const circuits = [newId('circuit'), newId('circuit')]
  for (const [i, id] of circuits.entries()) {
    const ends = [newId('interface'), newId('interface')] as const
    const face = {
      if_index: null,
      if_descr: '',
      if_alias: '',
      if_type: null,
      if_mtu: null,
      if_speed_bps: null,
      if_phys_address: '',
      if_admin_status: '',
      if_oper_status: '',
      oper_since: null,
      ...stamps,
    }
    await db
      .insertInto('interfaces')
      .values([
        { id: ends[0], device_id: a, if_name: `GE0/0/${i}`, ...face },
        { id: ends[1], device_id: z, if_name: `GE0/0/${i}`, ...face },
      ])
      .execute()
    await db
      .insertInto('circuits')
      .values({
        id,
        link_id: link,
        role: i === 0 ? 'primary' : 'backup',
        position: i,
        number: `SJZ-ZD-${i}`,
        carrier_id: carrier,
        access: i === 0 ? 'mstp' : 'ipsec-vpn',
        bandwidth_bps: 10e6,
        promised_percent: 99.9,
        monthly_fee_yuan: null,
        contract_until: null,
        a_interface_id: ends[0],
        z_interface_id: ends[1],
        leg_kind: 'snmp',
        leg_address: '127.9.1.1',
        leg_port: 161,
        ...stamps,
      })
      .execute()
  }
  return { link, circuits, devices, collector }
}

/** One look of the collector, ten seconds on: which of both legs and three devices answer. */
async function look(legs: boolean[], devices: boolean[]): Promise<void> {
  const { context, services } = test
  context.now += 10_000
  services.uplink.presence.arrived(ids.collector)
  const columns = (metric: string, entities: string[], values: number[]): SampleColumns => ({
    metric,
    ids: entities,
    entities: entities.map((_, i) => i),
    atMs: entities.map((_, i) => context.now - 10 + i),
    values,
  })
  const mark = { collectorId: ids.collector, epoch, lane: 'samples', seq: ++seq } as const
  await services.decider.commit(mark, [
    columns('probeOk', ids.circuits, legs.map(Number)),
    columns('reachable', ids.devices, devices.map(Number)),
  ])
}

async function looks(times: number, legs: boolean[], devices: boolean[]): Promise<void> {
  for (let i = 0; i < times; i++) await look(legs, devices)
}

const healthy = [
  [true, true],
  [true, true, true],
] as const
const linkOf = async () =>
  (await (await test.as('network-admin')).inject({ url: `/links/${ids.link}` })).json()
const listOf = async (url: string) => (await (await test.as('network-admin')).inject({ url })).json().items

it('a cut becomes one alarm and one incident, graver when the backup goes too, resolved when all is back', async () => {
  await looks(3, [...healthy[0]], [...healthy[1]])
  expect(await linkOf()).toMatchObject({ state: 'normal' })

  await looks(4, [false, true], [true, true, true])
  expect(await linkOf()).toMatchObject({ state: 'on-backup', activeCircuitId: ids.circuits[1] })
  const [alarm] = await listOf('/alarms?state=firing')
  expect(alarm).toMatchObject({ condition: 'link-state', severity: 'major', causeId: null })
  const [ticket] = await listOf('/tickets')
  expect(ticket).toMatchObject({
    kind: 'incident',
    priority: 'P2',
    alarmId: alarm.id,
    state: 'new',
    team: { name: expect.stringContaining('网络组') },
  })
  expect(ticket.description).toContain('SJZ-ZD-0')
  expect(ticket.description).toContain('0311-10000')

  await looks(4, [false, false], [true, false, false])
  expect(await linkOf()).toMatchObject({ state: 'down' })
  const roots = await listOf('/alarms?state=firing&root=true')
  expect(roots).toMatchObject([{ id: alarm.id, severity: 'critical', children: 2 }])
  expect(await listOf('/tickets')).toMatchObject([{ id: ticket.id, priority: 'P1' }])
  expect((await listOf('/devices')).map((d: { state: string }) => d.state).sort()).toEqual([
    'unreachable',
    'unreachable',
    'up',
  ])

  await looks(6, [...healthy[0]], [...healthy[1]])
  expect(await linkOf()).toMatchObject({ state: 'normal' })
  expect(await listOf('/alarms?state=firing')).toEqual([])
  expect(await listOf('/tickets')).toMatchObject([{ id: ticket.id, state: 'resolved' }])
})

it('counts the outage of a circuit within the error bound of its probing', async () => {
  await looks(6, [...healthy[0]], [...healthy[1]])
  const cutAt = test.context.now
  await looks(6, [false, true], [true, true, true])
  const backAt = test.context.now
  await looks(6, [...healthy[0]], [...healthy[1]])
  const viewer = await (await test.as('network-admin')).viewer()
  const found = await test.services.state.availability(
    viewer,
    'circuit',
    ids.circuits[0]!,
    cutAt - 60_000,
    test.context.now,
  )
  expect(found.outages).toBe(1)
  expect(Math.abs(found.downMs - (backAt - cutAt))).toBeLessThanOrEqual(found.errorBoundMs)
  expect(found.errorBoundMs).toBeLessThanOrEqual(20_100)
})

it('tells of a changed estate once it is in memory: collectors are given what is there then', async () => {
  const { context, services } = test
  const seen = once(context.bus, 'estate.reloaded').then(
    () => services.state.model.devices.get(ids.devices[0]!)?.name,
  )
  await context.db.updateTable('devices').set({ name: 'SJZ-CR' }).where('id', '=', ids.devices[0]!).execute()
  services.estate.changed([ids.devices[0]!])
  expect(await seen).toBe('SJZ-CR')
})

it('states, alarms and the mark of the batch stand or fall together', async () => {
  await looks(3, [...healthy[0]], [...healthy[1]])
  expect(await lastMark(test.context.db, ids.collector, epoch, 'samples')).toBe(3)
  await looks(2, [false, true], [true, true, true])
  await test.services.decider.stop()
  // A new process over the same database takes up what the old one had committed.
  await test.services.state.load()
  await test.services.alarms.load()
  expect(test.services.state.stateOf(ids.link)).toMatchObject({ state: 'on-backup' })
})
