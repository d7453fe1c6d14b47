/** The main job end to end, over the API of a demo of the whole province: each fault strikes a city of its own. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type {
  Alarm,
  Availability,
  Device,
  Discovery,
  Fault,
  Find,
  Interface,
  Link,
  LinkDetail,
  NewFault,
  Region,
  StateSpan,
  Team,
  Ticket,
} from '../api.ts'
import { openDatabase } from '../db/database.ts'
import type { ApiClient } from './api-client.ts'
import { City, generousMs, isCalming } from './loop-city.ts'
import { CommittedSeries, DemoProcess, until } from './loop-testing.ts'

const pollMs = 60_000
/** Legs are probed every 10 s, with two quick retries. */
const detectionMs = 30_000
/** A link's state lasts this long before it is told, a silent device's a little longer: its cause is to be found first. */
const holdMs = 16_000
const testMs = 600_000
vi.setConfig({ testTimeout: testMs, hookTimeout: testMs, maxConcurrency: 16 })

/** Where each fault strikes, and what the one root alarm of it must be. Nothing else may ever become one. */
const roots: Record<string, string[]> = {
  唐山市: ['link-state'],
  衡水市: ['device-down'],
  承德市: ['mains-lost'],
  秦皇岛市: ['link-state'],
  廊坊市: ['link-state'],
  邢台市: ['sensor-limit'],
  沧州市: ['sensor-state'],
  邯郸市: ['link-state', 'link-state'],
  保定市: ['link-state', 'link-state'],
}
const saturated = '张家口市'

let demo: DemoProcess
let api: ApiClient
let regions: Region[]
const faults = new Set<string>()

beforeAll(async () => {
  demo = await DemoProcess.start()
  api = demo.api
  regions = await api.all<Region>('/regions')
})
afterAll(() => demo?.remove())

// ---- what happens there ---------------------------------------------------------------------------

const cityNamed = (name: string) =>
  new City(
    api,
    regions.find((region) => region.name === name && region.tier === 'city')!,
  )

async function strike(fault: NewFault): Promise<Fault> {
  const struck = await api.post<Fault>('/demo/faults', fault)
  faults.add(struck.id)
  return struck
}
/** When it was gone: the request takes a moment, and the fault ended within it. */
async function mend({ id }: Fault): Promise<{ fromMs: number; untilMs: number }> {
  const fromMs = Date.now()
  await api.delete(`/demo/faults/${id}`)
  faults.delete(id)
  return { fromMs, untilMs: Date.now() }
}
const cut = (link: Link, role: 'primary' | 'backup') =>
  strike({ kind: 'circuit-cut', target: link.circuits.find((circuit) => circuit.role === role)!.id })

const linkOf = (id: string) => api.get<LinkDetail>(`/links/${id}`)
const linkIs = (id: string, state: Link['state']) =>
  until(
    `${id} is ${state}`,
    generousMs,
    async () => {
      const link = await linkOf(id)
      return link.state === state && link
    },
    () => linkOf(id),
  )

/** The state began within the bound of its fault, and was told as soon as it had lasted long enough. */
function expectDetected(fault: Fault, since: number, firedAt: number | null, boundMs = detectionMs): void {
  expect(since - fault.startedAt).toBeLessThanOrEqual(boundMs)
  expect(firedAt! - fault.startedAt).toBeLessThanOrEqual(boundMs + holdMs)
}

// ---- the tests ----------------------------------------------------------------------------------

it('a fresh demo is healthy: no alarm, no ticket of one', async () => {
  const links = await until('all links known', generousMs, async () => {
    const all = await api.all<Link>('/links')
    return all.every((link) => link.state !== 'unknown') && all
  })
  expect(links.filter((link) => link.state !== 'normal')).toEqual([])
  expect(links.length).toBeGreaterThan(150)
  const devices = await until('all devices known', generousMs, async () => {
    const all = await api.all<Device>('/devices')
    return all.every((device) => device.state !== 'unknown') && all
  })
  expect(devices.filter((device) => device.state !== 'up')).toEqual([])
  expect(devices.length).toBeGreaterThanOrEqual(550)
  expect(await api.all('/alarms')).toEqual([])
  expect(await api.all('/tickets?channel=alarm')).toEqual([])
})

describe.concurrent('while faults strike all over the province', () => {
  it('a county that loses one line, then the other, is one alarm and one incident until it is back', async () => {
    const city = cityNamed('唐山市')
    const [link] = await city.counties()
    const primary = link!.circuits[0]!

    const first = await cut(link!, 'primary')
    const onBackup = await linkIs(link!.id, 'on-backup')
    const root = await city.root('a root alarm')
    expect(root).toMatchObject({ condition: 'link-state', severity: 'major', entity: { id: link!.id } })
    expectDetected(first, onBackup.since!, root.firedAt)
    const incident = await city.oneTicket()
    expect(incident).toMatchObject({ kind: 'incident', priority: 'P2', alarmId: root.id })
    const teams = await api.all<Team>('/teams')
    expect(teams.find(({ id }) => id === incident.team!.id)!.region.id).toBe(city.region.id)

    const second = await cut(link!, 'backup')
    const down = await linkIs(link!.id, 'down')
    expect(down.since! - second.startedAt).toBeLessThanOrEqual(detectionMs)
    const behind = () => api.all<Device>(`/devices?siteId=${link!.lowerSite.id}`)
    await until('all behind it unreachable', generousMs, async () =>
      (await behind()).every(({ state }) => state === 'unreachable'), behind) // prettier-ignore
    const graver = await city.root('the same alarm, graver', ({ severity }) => severity === 'critical')
    expect(graver.id).toBe(root.id)
    const worse = await city.oneTicket()
    expect(worse).toMatchObject({ id: incident.id, priority: 'P1' })
    const hotline = down.circuitDetails.find(({ id }) => id === primary.id)!.hotline!
    for (const named of [link!.lowerSite.name, primary.number, primary.carrier, hotline])
      expect(worse.description).toContain(named)

    await mend(second)
    const mended = await mend(first)
    const normal = await linkIs(link!.id, 'normal')
    expect(normal.since! - mended.untilMs).toBeLessThanOrEqual(2 * pollMs)
    await city.clean()
    for (const alarm of await api.all<Alarm>(`/alarms?regionId=${city.region.id}`))
      expect(alarm.clearedAt! - normal.since!).toBeLessThanOrEqual(2 * pollMs)
    expect(await city.oneTicket()).toMatchObject({ id: incident.id, state: 'resolved' })

    const period = `from=${first.startedAt - pollMs}&until=${Date.now()}`
    const kept = await api.get<Availability>(`/circuits/${primary.id}/availability?${period}`)
    expect(kept.outages).toBe(1)
    expect(kept.downMs).toBeGreaterThanOrEqual(mended.fromMs - first.startedAt - kept.errorBoundMs)
    expect(kept.downMs).toBeLessThanOrEqual(mended.untilMs - first.startedAt + kept.errorBoundMs)
  })

  it('a core router that dies is the one root; the links it carried run on their backups as its children', async () => {
    const city = cityNamed('衡水市')
    const router = await city.device('core-router')
    const fault = await strike({ kind: 'device-down', target: router.id })
    const root = await city.root('the router is down')
    expect(root).toMatchObject({
      condition: 'device-down',
      severity: 'critical',
      entity: { type: 'device', id: router.id },
    })
    expectDetected(fault, root.startedAt, root.firedAt)
    const links = await until('all its links on their backups', generousMs, async () => {
      const all = await city.links()
      return all.every(({ state }) => state === 'on-backup') && all
    }, city.links) // prettier-ignore
    const children = await until('all their alarms explained', generousMs, async () => {
      const all = await api.all<Alarm>(`/alarms?state=firing&causeId=${root.id}`)
      return all.length >= links.length && all
    }, city.firing) // prettier-ignore
    const told = children.filter(({ condition }) => condition === 'link-state')
    expect(told.map(({ entity }) => entity.id).sort()).toEqual(links.map(({ id }) => id).sort())
    expect((await city.root('still the only root')).id).toBe(root.id)
    expect(await city.oneTicket()).toMatchObject({ priority: 'P1', alarmId: root.id })
    await mend(fault)
    await city.clean()
  })

  it('a city that goes dark leaves nothing behind it green, and is one cause', async () => {
    const city = cityNamed('承德市')
    const site = await city.ownSite()
    const fault = await strike({ kind: 'site-power', target: site.id })
    const root = await city.root('on battery')
    expect(root).toMatchObject({ condition: 'mains-lost', severity: 'major', entity: { id: site.id } })
    const green = async () => ({
      devices: (await city.devices()).filter(({ state }) => state !== 'unreachable'),
      sites: (await city.sites()).filter(({ state }) => state !== 'unreachable' && state !== 'down'),
      links: (await city.links()).filter(({ state }) => state !== 'unknown' && state !== 'down'),
    })
    await until('nothing green', 2 * generousMs, async () =>
      Object.values(await green()).every((list) => list.length === 0), green) // prettier-ignore
    expect((await city.root('the power, and nothing else')).id).toBe(root.id)
    expect(await city.oneTicket()).toMatchObject({ alarmId: root.id })
    await mend(fault)
    await city.clean()
  })

  it('a flapping line is one alarm and one incident', async () => {
    const city = cityNamed('秦皇岛市')
    const [link] = await city.counties()
    const fault = await strike({ kind: 'circuit-flap', target: link!.circuits[0]!.id })
    const root = await city.root('flapping', ({ flapping }) => flapping, 2 * generousMs)
    expect(root).toMatchObject({ condition: 'link-state', entity: { id: link!.id } })
    expect(await city.oneTicket()).toMatchObject({ alarmId: root.id })
    await mend(fault)
  })

  it('a slow line is degraded', async () => {
    const city = cityNamed('廊坊市')
    const [link] = await city.counties()
    const target = link!.circuits[0]!.id
    // no loss: what was lost counts for ten minutes
    const fault = await strike({ kind: 'circuit-degrade', target, lossPercent: 0, latencyMs: 180 })
    await linkIs(link!.id, 'degraded')
    const root = await city.root('a minor alarm')
    expect(root).toMatchObject({ condition: 'link-state', severity: 'minor', entity: { id: link!.id } })
    expect(await city.oneTicket()).toMatchObject({ priority: 'P3' })
    await mend(fault)
    await city.clean()
  })

  it('a hot room is over the limits of its probes', async () => {
    const city = cityNamed('邢台市')
    const [{ lowerSite }] = (await city.counties()) as [Link]
    const probe = await city.device('environment', lowerSite)
    const fault = await strike({ kind: 'room-hot', target: lowerSite.id })
    const hot = await until('too hot', 2 * generousMs, async () => {
      const found = await city.roots()
      return found.length > 0 && found
    })
    for (const { entity, condition } of hot) {
      expect(condition).toBe('sensor-limit')
      expect(entity.name).toContain(probe.name)
    }
    await mend(fault)
    await city.clean()
  })

  it('a fan that stands still degrades its device', async () => {
    const city = cityNamed('沧州市')
    const [{ lowerSite }] = (await city.counties()) as [Link]
    const router = await city.device('access-router', lowerSite)
    const fault = await strike({ kind: 'fan-fail', target: router.id })
    const root = await city.root('a failed fan')
    expect(root).toMatchObject({ condition: 'sensor-state', entity: { type: 'sensor' } })
    expect(root.entity.name).toContain(router.name)
    await until(`${router.name} degraded`, generousMs, async () =>
      (await api.get<Device>(`/devices/${router.id}`)).state === 'degraded') // prettier-ignore
    await mend(fault)
    await city.clean()
  })

  it('a full line is seen to be full', async () => {
    const [link] = await cityNamed(saturated).counties()
    const { id, bandwidthBps } = link!.circuits[0]!
    const fault = await strike({ kind: 'circuit-saturate', target: id })
    await until('its rates near its bandwidth', generousMs, async () => {
      const { inBps, outBps } = (await linkOf(link!.id)).circuits[0]!
      return Math.max(inBps ?? 0, outBps ?? 0) > 0.9 * bandwidthBps
    }, () => linkOf(link!.id)) // prettier-ignore
    await mend(fault)
  })
})

it.each([
  ['server', '邯郸市'],
  ['collector', '保定市'],
] as const)(
  'when the %s is killed in the middle, what was known stands and what happens is seen',
  async (name, cityName) => {
    const city = cityNamed(cityName)
    const [old, fresh] = (await city.counties()) as [Link, Link]
    await cut(old, 'primary')
    await linkIs(old.id, 'on-backup')
    const told = await city.root('a root alarm')
    const incident = await city.oneTicket()

    const discovery = await discoveryOf(city)
    await cut(fresh, 'primary')
    expect(await discovery.now()).toMatchObject({ state: 'running' })
    const restartedAt = await demo.kill(name)
    const seen = await linkIs(fresh.id, 'on-backup')
    const alarm = await until('its alarm', generousMs, async () =>
    (await city.roots()).find(({ entity }) => entity.id === fresh.id), city.firing) // prettier-ignore
    expect(seen.since! - restartedAt).toBeLessThanOrEqual(pollMs)
    expect(alarm.firedAt! - restartedAt).toBeLessThanOrEqual(pollMs + holdMs)

    const { items } = await api.get<{ items: StateSpan[] }>(
      `/links/${old.id}/history?from=${told.startedAt - 1000}&until=${Date.now()}`,
    )
    expect(items.map(({ state }) => state)).toEqual(['normal', 'on-backup'])
    expect((await city.roots()).map(({ id }) => id).sort()).toEqual([told.id, alarm.id].sort())
    expect((await city.openTickets()).map(({ id }) => id)).toContain(incident.id)
    const cutOff = new Set([old.id, fresh.id])
    const ill = (await city.links()).filter((link) => link.state !== 'normal' && !cutOff.has(link.id))
    expect(ill).toEqual([])
    expect((await city.devices()).filter(({ state }) => state !== 'up')).toEqual([])
    expect(await discovery.end()).toEqual(discovery.addresses)
  },
)

/** Some of its devices are looked for, slowly, by the one who polls them. */
async function discoveryOf(city: City) {
  const devices = await city.devices()
  const addresses = devices.map(({ address }) => address).sort().slice(0, 20) // prettier-ignore
  const scope = { name: city.region.name, regionId: city.region.id, port: devices[0]!.port, perSecond: 1 }
  const ranges = [...addresses, ...Array.from({ length: 20 }, (_, i) => `127.255.77.${i + 1}`)]
  const body = { ...scope, ranges, snmp: [{ version: '2c', community: 'public' }] }
  const { id } = await api.post<Discovery>('/discoveries', body)
  const now = () => api.get<Discovery>(`/discoveries/${id}`)
  const end = async () => {
    await until('the discovery', generousMs, async () => (await now()).state === 'done', now)
    const finds = await api.all<Find>(`/discoveries/${id}/finds`)
    return finds.filter(({ identity }) => identity !== null).map(({ address }) => address).sort() // prettier-ignore
  }
  await until('a first find', generousMs, async () => (await now()).devices > 0, now)
  return { addresses, now, end }
}

it('when all faults are gone all is well, and each was one cause and one incident', async () => {
  for (const id of faults) await api.delete(`/demo/faults/${id}`)
  for (const city of regions.filter(({ tier }) => tier === 'city')) await new City(api, city).clean()
  const open = (await api.all<Alarm>('/alarms')).filter(({ state }) => state !== 'cleared')
  expect(open.filter((alarm) => !isCalming(alarm))).toEqual([])

  const cityOf = ({ region }: { region: { id: string } }) => {
    const { path } = regions.find(({ id }) => id === region.id)!
    return regions.find(({ id, tier }) => tier === 'city' && path.includes(`/${id}/`))?.name ?? ''
  }
  const byCity = <T extends Alarm | Ticket>(of: T[]) => Map.groupBy(of, cityOf)
  const causes = byCity((await api.all<Alarm>('/alarms')).filter(({ causeId }) => causeId === null))
  const incidents = byCity(await api.all<Ticket>('/tickets?channel=alarm'))
  causes.delete(saturated)
  const found = [...causes].map(([city, alarms]) => [city, distinct(alarms).sort()])
  const told = [...causes.values()].flat().map(inShort).join('; ')
  expect(Object.fromEntries(found), told).toEqual(roots)
  for (const [city, alarms] of causes) expect(incidents.get(city)).toHaveLength(alarms.length)
})

const inShort = (alarm: Alarm) =>
  `${alarm.site?.name ?? alarm.region.name} ${alarm.condition} ${alarm.entity.name} ${JSON.stringify(alarm.values)}, ${alarm.startedAt} to ${alarm.clearedAt}`

/** Sensors of one site count as one cause; anything else is told once. */
function distinct(alarms: Alarm[]): string[] {
  const what = new Map(alarms.map((a) => [a.entity.type === 'sensor' ? a.site!.id : a.id, a.condition]))
  return [...what.values()]
}

it('no batch was lost or doubled over all that', async () => {
  const router = await cityNamed('石家庄市').device('core-router') // nothing ever happened to it
  const ports = await api.all<Interface>(`/interfaces?deviceId=${router.id}`)
  await demo.stop()
  const db = openDatabase(demo.databaseUrl)
  const known = await db.selectFrom('batch_marks').select(['lane', 'seq']).where('lane', '!=', 'facts').execute() // prettier-ignore
  const sensors = await db.selectFrom('sensors').select(['id', 'device_id']).execute()
  await db.destroy()
  const series = new CommittedSeries(join(demo.dataDir, 'series.db'))

  const last = (marks: { lane: string; seq: number }[]) => marks.map(({ lane, seq }) => [lane, seq]).sort()
  expect(last(series.marks)).toEqual(last(known))
  const ofServer = series.batches - series.marks.reduce((sum, { seq }) => sum + seq, 0)
  expect(ofServer, 'one a minute, of how the collector fares').toBeGreaterThan(0)
  expect(ofServer).toBeLessThanOrEqual(1 + performance.now() / 60_000)
  for (const { id, ifName } of ports) {
    const spans = series.increments(id, 'ifHCInOctets')
    expect(spans.length, ifName).toBeGreaterThanOrEqual(3)
    const gaps = spans.slice(1).map((span, i) => span.start - spans[i]!.at).filter((gap) => gap !== 0) // prettier-ignore
    // the collector that was killed took the last reading of each counter with it
    expect(gaps.length, `${ifName} ${gaps}`).toBeLessThanOrEqual(1)
    for (const gap of gaps) expect(gap).toBeGreaterThan(0)
  }
  const read = new Set(sensors.filter(({ id }) => series.has(id, 'value')).map((sensor) => sensor.device_id))
  expect(sensors.filter((sensor) => !read.has(sensor.device_id))).toEqual([])
})
