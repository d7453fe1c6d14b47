/**
 * The small province of `state/testing.ts` in a real database, its collector's words decided by the real decider: what people
 * are told of a scenario can be asserted, from finding to alarm, incident and message.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { SmallWorld } from './state/testing.ts'
import { startServices, stopServices } from './lifecycle.ts'
import { createServices, type Services } from './services.ts'
import type { TestApp } from './testing.ts'

const regionCodes: Record<string, string> = { 省: '130000', 市: '130100', 甲县: '130123', 乙县: '130109' }

export interface ReplayedAlarm {
  id: string
  condition: string
  entity: string
  severity: string
  state: string
  causeId: string | null
  raised: number
  flapping: boolean
  historical: boolean
  windowId: string | null
}

export interface ReplayedTicket {
  id: string
  title: string
  state: string
  priority: string
  alarmId: string | null
}

type Installation = Pick<TestApp, 'context' | 'services' | 'regions'>

export class Replay {
  readonly world: SmallWorld
  readonly test: Installation
  #services: Services
  #restartMs = Infinity
  readonly #epoch = randomUUID()
  #seq = 0

  constructor(test: Installation, counties: readonly string[] = []) {
    this.test = test
    this.#services = test.services
    this.world = new SmallWorld(counties)
  }

  /** Plants the province, and lets all be seen to be well. */
  static async start(test: TestApp, counties: readonly string[] = []): Promise<Replay> {
    const replay = new Replay(test, counties)
    test.context.now = replay.world.now
    await plantProvince(replay)
    const reloaded = once(test.context.bus, 'estate.reloaded')
    test.services.estate.changed([...replay.world.model.devices.keys()])
    await reloaded
    await replay.pass(300)
    return replay
  }

  /** Another process takes up where this one stopped: it knows what is in the database, and nothing else. */
  async restart(): Promise<void> {
    await this.close()
    this.#services = createServices(this.test.context)
    await startServices(this.#services)
  }

  /** Has another process take over once so many seconds have passed, whatever goes on then. */
  restartIn(seconds: number): void {
    this.#restartMs = this.world.now + seconds * 1000
  }

  /** Ends the process that took over. */
  async close(): Promise<void> {
    if (this.#services === this.test.services) await this.test.services.decider.stop()
    else await stopServices(this.#services)
  }

  /** Lets the time pass in looks of the collector, each decided and committed. */
  async pass(seconds: number): Promise<void> {
    const { context } = this.test
    for (const columns of this.world.looks(seconds)) {
      context.now = this.world.now
      if (this.world.now >= this.#restartMs) {
        this.#restartMs = Infinity
        await this.restart()
      }
      const services = this.#services
      services.uplink.presence.arrived('col')
      const mark = { collectorId: 'col', epoch: this.#epoch, lane: 'samples', seq: ++this.#seq } as const
      await services.decider.commit(mark, columns)
    }
  }

  /** Minutes in which nothing new is looked at closely: for holds, windows and policies. */
  minutes(count: number): Promise<void> {
    return this.pass(count * 60)
  }

  async alarms(): Promise<ReplayedAlarm[]> {
    const rows = await this.test.context.db.selectFrom('alarms').selectAll().orderBy('id').execute()
    return rows.map((row) => ({
      id: row.id,
      condition: row.condition,
      entity: row.entity_name,
      severity: row.severity,
      state: row.state,
      causeId: row.cause_id,
      raised: row.raised,
      flapping: row.flapping === 1,
      historical: row.historical === 1,
      windowId: row.window_id,
    }))
  }

  /** `link-state 市–甲县 critical`, of what fires and nothing explains. */
  async roots(): Promise<string[]> {
    const firing = (await this.alarms()).filter(
      ({ state, causeId }) => state === 'firing' && causeId === null,
    )
    return firing.map(({ condition, entity, severity }) => `${condition} ${entity} ${severity}`).sort()
  }

  async tickets(): Promise<ReplayedTicket[]> {
    const rows = await this.test.context.db.selectFrom('tickets').selectAll().orderBy('id').execute()
    return rows.map(({ id, title, state, priority, alarm_id }) => ({ id, title, state, priority, alarmId: alarm_id })) // prettier-ignore
  }

  /** Whom anybody was told of: one thread an outage. */
  async pages(): Promise<{ alarmId: string; state: string }[]> {
    const rows = await this.test.context.db.selectFrom('notify_threads').selectAll().orderBy('id').execute()
    return rows.map(({ alarm_id, state }) => ({ alarmId: alarm_id, state }))
  }

  /** The kinds of an alarm's history, in order. */
  async history(alarmId: string): Promise<string[]> {
    const rows = await this.test.context.db
      .selectFrom('alarm_events')
      .select('kind')
      .where('alarm_id', '=', alarmId)
      .orderBy('at')
      .orderBy('id')
      .execute()
    return rows.map(({ kind }) => kind)
  }
}

export interface Scenario {
  name: string
  /** Breaks things, and lets it last. */
  play: (replay: Replay) => Promise<void>
  /** All is well again, and has been for long enough. */
  mend: (replay: Replay) => Promise<void>
  /** Roots while it lasts. */
  roots: string[]
  /** Incidents that it opens in all. */
  tickets: number
  /** Threads of messages in all; as many as roots unless said otherwise. */
  pages?: number
  /** What else is found meanwhile, all of it explained. */
  explained?: string[]
  /** More counties below the city. */
  counties?: readonly string[]
}

const breaking = (...parts: string[]) => ({
  play: async (replay: Replay) => {
    for (const part of parts) replay.world.broken.add(part)
    await replay.minutes(5)
  },
  mend: async (replay: Replay) => {
    for (const part of parts) replay.world.broken.delete(part)
    await replay.minutes(10)
  },
})

const tenMore = Array.from({ length: 10 }, (_, i) => `县${i}`)

/** The demo's scenarios, in small. One outage each: one root, one incident, one page. */
export const scenarios: Scenario[] = [
  { name: 'cut', ...breaking('甲县-primary'), roots: ['link-state 市–甲县 major'], tickets: 1 },
  // the city goes dark to the province: all below hangs on it
  { name: 'storm', ...breaking('市-primary', '市-backup'), roots: ['link-state 省–市 critical'], tickets: 1 },
  {
    name: 'flap',
    play: async (replay) => {
      for (let i = 0; i < 8; i++) {
        replay.world.broken.add('甲县-primary')
        await replay.pass(40)
        replay.world.broken.delete('甲县-primary')
        await replay.pass(30)
      }
    },
    mend: (replay) => replay.minutes(15),
    roots: ['link-state 市–甲县 major'],
    tickets: 1,
  },
  {
    name: 'power-cut',
    play: async (replay) => {
      replay.world.onBattery.add('甲县')
      await replay.minutes(3)
      replay.world.broken.add('甲县')
      await replay.minutes(5)
    },
    mend: async (replay) => {
      replay.world.broken.delete('甲县')
      replay.world.onBattery.delete('甲县')
      await replay.minutes(10)
    },
    roots: ['mains-lost 甲县 major'],
    tickets: 1,
  },
  {
    name: 'silent-standby',
    ...breaking('甲县-backup'),
    play: async (replay) => {
      replay.world.broken.add('甲县-backup')
      await replay.minutes(20)
    },
    roots: ['link-state 市–甲县 warning'],
    tickets: 1,
  },
  {
    name: 'asymmetric',
    play: async (replay) => {
      replay.world.traffic.set('甲县-primary', { inBps: 1_000, outBps: 4e6 })
      replay.world.traffic.set('甲县-backup', { inBps: 4e6, outBps: 1_000 })
      await replay.minutes(15)
    },
    mend: async (replay) => {
      replay.world.traffic.set('甲县-primary', { inBps: 4e6, outBps: 4e6 })
      replay.world.traffic.set('甲县-backup', { inBps: 1_000, outBps: 1_000 })
      await replay.minutes(15)
    },
    roots: ['link-asymmetric 市–甲县 warning'],
    tickets: 0,
  },
  // twelve counties lose their primary with it; their backups end at the gateway
  {
    name: 'a router above twelve counties',
    ...breaking('市-rt'),
    counties: tenMore,
    roots: ['device-down 市-rt critical'],
    tickets: 1,
  },
  // five numbers to be reported to the carrier, and each may come back by itself
  {
    name: 'five lines of a carrier at once',
    ...breaking(...tenMore.slice(0, 5).map((county) => `${county}-primary`)),
    counties: tenMore,
    roots: tenMore.slice(0, 5).map((county) => `link-state 市–${county} major`),
    tickets: 5,
  },
  {
    name: 'a line that flaps, seen by its ports',
    play: async (replay) => {
      replay.world.ported.add('甲县-primary')
      await replay.pass(60)
      for (let i = 0; i < 8; i++) {
        replay.world.broken.add('甲县-primary')
        await replay.pass(40)
        replay.world.broken.delete('甲县-primary')
        await replay.pass(30)
      }
    },
    mend: (replay) => replay.minutes(40),
    roots: ['link-state 市–甲县 major'],
    explained: ['interface-flapping', 'interface-flapping'],
    tickets: 1,
  },
]

/** The province's rows: ids are the names it has in the small world. */
export async function plantProvince({ world: { model, now }, test }: Replay): Promise<void> {
  const { db } = test.context
  const stamps = { created_at: now, updated_at: now }
  const regionId = (name: string) => test.regions.get(regionCodes[name] ?? regionCodes.甲县!)!
  await db
    .insertInto('sites')
    .values(
      [...model.sites.values()].map(({ id, name, regionId: region }) => ({
        id,
        name,
        region_id: regionId(region),
        organisation_id: null,
        kind: 'office',
        address: null,
        contact: null,
        contact_phone: null,
        ...stamps,
      })),
    ) // prettier-ignore
    .execute()
  await db
    .insertInto('collectors')
    .values({
      id: 'col',
      name: '本机',
      site_id: '省',
      region_id: null,
      token_hash: null,
      key_hash: 'x',
      public_key: null,
      seen_at: null,
      revoked_at: null,
      is_local: 1,
      ...stamps,
    }) // prettier-ignore
    .execute()
  const blank = { vendor: '', os: '', category: '', sys_object_id: '', sys_name: '', sys_descr: '', hardware: '', version: '', serial: '' } // prettier-ignore
  for (const device of model.devices.values()) {
    const { id, name, role, address, port } = device
    await db
      .insertInto('devices')
      .values({
        id,
        name,
        role,
        address,
        port,
        region_id: regionId(device.regionId),
        site_id: device.siteId,
        collector_id: 'col',
        snmp_credential_id: null,
        ssh_credential_id: null,
        ssh_port: 22,
        poll_interval_s: 60,
        identified_at: null,
        archived_at: null,
        ...blank,
        ...stamps,
      }) // prettier-ignore
      .execute()
    for (const { states, ...sensor } of device.sensors)
      await db
        .insertInto('sensors')
        .values({
          id: sensor.id,
          device_id: id,
          key: sensor.key,
          class: sensor.class,
          descr: sensor.descr,
          unit: '',
          oid: '',
          low_warn: null,
          high_warn: null,
          high_critical: null,
          states: JSON.stringify(states),
          ...stamps,
        }) // prettier-ignore
        .execute()
  }
  await db
    .insertInto('organisations')
    .values({
      id: 'org_dx',
      name: '电信',
      kind: 'carrier',
      region_id: regionId('省'),
      hotline: '10000',
      ...stamps,
    })
    .execute()
  for (const link of model.links.values()) {
    await db
      .insertInto('links')
      .values({
        id: link.id,
        region_id: regionId(link.regionId),
        upper_site_id: link.upperSiteId,
        lower_site_id: link.lowerSiteId,
        name: link.name,
        ...stamps,
      }) // prettier-ignore
      .execute()
    for (const { a, z, leg, ...circuit } of link.circuits) {
      const face = { if_index: null, if_descr: '', if_alias: '', if_type: null, if_mtu: null, if_speed_bps: null, if_phys_address: '', if_admin_status: '', if_oper_status: '', oper_since: null, ...stamps } // prettier-ignore
      const ends = [a, z].map(({ interfaceId, deviceId, ifName }) => ({ id: interfaceId, device_id: deviceId, if_name: `${ifName}-${circuit.id}`, ...face })) // prettier-ignore
      await db.insertInto('interfaces').values(ends).execute()
      await db
        .insertInto('circuits')
        .values({
          id: circuit.id,
          link_id: link.id,
          role: circuit.role,
          position: circuit.position,
          number: circuit.number,
          carrier_id: 'org_dx',
          access: circuit.access,
          bandwidth_bps: circuit.bandwidthBps,
          promised_percent: 99.9,
          monthly_fee_yuan: null,
          contract_until: null,
          a_interface_id: a.interfaceId,
          z_interface_id: z.interfaceId,
          leg_kind: leg!.kind,
          leg_address: leg!.address,
          leg_port: leg!.port,
          ...stamps,
        }) // prettier-ignore
        .execute()
    }
  }
}
