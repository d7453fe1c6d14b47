/**
 * A small province in memory and what its collector would say: 省 (rt gw) – 市 (rt gw sw ups) – 甲县, 乙县 (rt sw ups). Tests
 * break things in it and let time pass.
 */
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import { upsKeys, upsOnBattery } from '@zongheng/inventory/sensor.ts'
import { AlarmBook, type AlarmStep } from '../alarms/book.ts'
import type { CircuitModel, DeviceModel, EstateModel, SensorModel } from '../estate/model.ts'
import { noServices } from '../estate/services-model.ts'
import type { Change } from './held.ts'
import { Judge } from './judge.ts'

const sites = ['省', '市', '甲县', '乙县'] as const
type SiteName = (typeof sites)[number]
const kit: Record<SiteName, Record<string, DeviceRole>> = {
  省: { rt: 'core-router', gw: 'vpn-gateway' },
  市: { rt: 'core-router', gw: 'vpn-gateway', sw: 'core-switch', ups: 'ups' },
  甲县: { rt: 'access-router', sw: 'access-switch', ups: 'ups' },
  乙县: { rt: 'access-router', sw: 'access-switch', ups: 'ups' },
}
const lines: [upper: SiteName, lower: SiteName][] = [
  ['省', '市'],
  ['市', '甲县'],
  ['市', '乙县'],
]

function device(site: string, key: string, role: DeviceRole): DeviceModel {
  const id = `${site}-${key}`
  return {
    id,
    regionId: site,
    siteId: site,
    collectorId: 'col',
    name: id,
    role,
    address: '127.0.0.1',
    port: 161,
    pollIntervalS: 60,
    pingIntervalS: 10,
    answersFrom: [],
    snmpCredentialId: 'crd',
    sshCredentialId: null,
    sshPort: 22,
    vendor: '',
    os: '',
    hardware: '',
    interfaces: [],
    sensors: role === 'ups' ? upsSensors(id) : [],
  }
}

/** [RFC 1628]: normal(3), battery(5); batteryNormal(2), batteryLow(3). */
function upsSensors(deviceId: string): SensorModel[] {
  const state = { deviceId, class: 'state' as const, unit: '', lowWarn: null, highWarn: null, highCritical: null } // prettier-ignore
  const ok = { text: 'normal', severity: 'ok' as const }
  const onBattery = { value: upsOnBattery, text: 'battery', severity: 'critical' as const }
  const low = { value: 3, text: 'batteryLow', severity: 'warning' as const }
  return [
    { ...state, id: `${deviceId}-source`, key: upsKeys.outputSource, descr: '输出来源', states: [{ value: 3, ...ok }, onBattery] },
    { ...state, id: `${deviceId}-battery`, key: upsKeys.batteryStatus, descr: '电池状态', states: [{ value: 2, ...ok }, low] },
  ] // prettier-ignore
}

function circuit(upper: string, lower: string, role: 'primary' | 'backup'): CircuitModel {
  const id = `${lower}-${role}`
  const a = `${upper}-${role === 'primary' ? 'rt' : 'gw'}`
  const z = `${lower}-${role === 'backup' && lower === '市' ? 'gw' : 'rt'}`
  return {
    id,
    linkId: `${upper}-${lower}`,
    role,
    position: role === 'primary' ? 0 : 1,
    number: `NO-${id}`,
    carrierId: 'org',
    carrier: '电信',
    hotline: '10000',
    access: role === 'primary' ? 'mstp' : 'ipsec-vpn',
    bandwidthBps: 10e6,
    promisedPercent: 99.9,
    a: { interfaceId: `${id}-a`, ifName: 'GE0/0/1', deviceId: a },
    z: { interfaceId: `${id}-z`, ifName: 'GE0/0/2', deviceId: z },
    leg: { kind: 'snmp', address: '127.1.0.1', port: 161 },
  }
}

/** `counties`: more of them below the city, each like 甲县. */
export function smallProvince(counties: readonly string[] = []): EstateModel {
  const all = [...sites, ...counties]
  const devices = all.flatMap((site) =>
    Object.entries(kit[site as SiteName] ?? kit.甲县).map(([key, role]) => device(site, key, role)),
  )
  const links = [...lines, ...counties.map((county) => ['市', county] as const)].map(([upper, lower]) => ({
    id: `${upper}-${lower}`,
    regionId: lower,
    name: `${upper}–${lower}`,
    upperSiteId: upper,
    lowerSiteId: lower,
    circuits: [circuit(upper, lower, 'primary'), circuit(upper, lower, 'backup')],
  }))
  const tier = (id: string) => (({ 省: 'province', 市: 'city' }) as const)[id] ?? 'county'
  const path = (id: string) => ({ 省: '/省/', 市: '/省/市/' })[id] ?? `/省/市/${id}/`
  return {
    ...noServices(),
    regions: new Map(all.map((id) => [id, { id, code: id, name: id, tier: tier(id), path: path(id) }])),
    sites: new Map(all.map((id) => [id, { id, regionId: id, name: id }])),
    devices: new Map(devices.map((one) => [one.id, one])),
    circuits: new Map(links.flatMap((link) => link.circuits.map((c) => [c.id, c] as const))),
    links: new Map(links.map((link) => [link.id, link])),
    checks: new Map(),
    collectors: new Map([['col', { siteId: '省', regionId: null, name: '本机', isLocal: true }]]),
  }
}

/** Breaks things, lets the collector look every 10 s, and keeps what judge and book said. */
export class SmallWorld {
  readonly model: EstateModel
  readonly broken = new Set<string>()
  readonly onBattery = new Set<string>()
  readonly batteryLow = new Set<string>()
  /** By circuit, what its lower site receives and sends; others say nothing of it. */
  readonly traffic = new Map<string, { inBps: number; outBps: number }>()
  /** Circuits of whose ports the routers tell. */
  readonly ported = new Set<string>()
  /** In what portions a look arrives. */
  portions = (columns: SampleColumns[]): SampleColumns[][] => [columns]
  readonly changes: Change[] = []
  readonly steps: AlarmStep[] = []
  now = Date.UTC(2026, 10, 22, 2)
  judge: Judge
  book = new AlarmBook([])
  #tick = 0

  constructor(counties: readonly string[] = []) {
    this.model = smallProvince(counties)
    this.judge = new Judge(this.model, [], this.now)
  }

  /** A leg answers when nothing on its way is broken. */
  #legAlive({ id, a, z }: CircuitModel): boolean {
    const whole = [id, a.deviceId, z.deviceId, this.#siteOf(a.deviceId), this.#siteOf(z.deviceId)]
    return whole.every((part) => !this.broken.has(part)) && this.#siteReached(this.#siteOf(a.deviceId))
  }

  #siteOf(deviceId: string): string {
    return this.model.devices.get(deviceId)!.siteId
  }

  #siteReached(siteId: string): boolean {
    if (this.broken.has(siteId)) return false
    if (siteId === '省') return true
    const link = [...this.model.links.values()].find((one) => one.lowerSiteId === siteId)!
    return link.circuits.some((c) => this.#legAlive(c))
  }

  #deviceAlive(device: DeviceModel): boolean {
    return !this.broken.has(device.id) && this.#siteReached(device.siteId)
  }

  /** One look of the collector: legs always, devices every sixth time, or when `sweep` says so. */
  #look(sweep: boolean): SampleColumns[] {
    const columns: SampleColumns[] = []
    const add = (metric: string, id: string, value: number) =>
      columns.push({ metric, ids: [id], entities: [0], atMs: [this.now], values: [value] })
    for (const c of this.model.circuits.values()) {
      const ok = this.#legAlive(c)
      add('probeOk', c.id, ok ? 1 : 0)
      add('probeSent', c.id, ok ? 1 : 3)
      add('probeLost', c.id, ok ? 0 : 3)
      if (ok) add('probeRttMs', c.id, c.access === 'mstp' ? 4 : 25)
    }
    for (const id of this.ported) {
      const { a, z } = this.model.circuits.get(id)!
      const isWhole = [id, a.deviceId, z.deviceId].every((part) => !this.broken.has(part))
      for (const { interfaceId, deviceId } of [a, z])
        if (this.#deviceAlive(this.model.devices.get(deviceId)!))
          add('ifOperStatus', interfaceId, isWhole ? 1 : 2)
    }
    for (const [circuitId, { inBps, outBps }] of this.traffic) {
      if (sweep || this.#tick % 6 !== 0) continue
      const { interfaceId } = this.model.circuits.get(circuitId)!.a
      // seen from the upper end: what the lower site receives goes out here
      for (const [metric, bps] of [['ifHCOutOctets', inBps], ['ifHCInOctets', outBps]] as const) // prettier-ignore
        columns.push({ metric, ids: [interfaceId], entities: [0], atMs: [this.now], values: [(bps * 60) / 8], startMs: [this.now - 60_000] }) // prettier-ignore
    }
    for (const d of this.model.devices.values()) {
      const alive = this.#deviceAlive(d)
      if (!sweep && this.#tick % 6 !== 0) continue
      add('reachable', d.id, alive ? 1 : 0)
      for (const s of alive ? d.sensors : []) add('value', s.id, this.#read(s, d.siteId))
    }
    return columns
  }

  #read({ key }: SensorModel, siteId: string): number {
    if (key === upsKeys.outputSource) return this.onBattery.has(siteId) ? upsOnBattery : 3
    return this.batteryLow.has(siteId) ? 3 : 2
  }

  /** Lets this many seconds pass in looks of 10 s; a loss is followed by a sweep, as collectors do. */
  pass(seconds: number): void {
    for (const columns of this.looks(seconds)) this.#judge(columns)
  }

  /** What the collector says meanwhile, and when: `now` is its instant while each is taken. */
  *looks(seconds: number): Generator<SampleColumns[]> {
    for (let left = seconds; left > 0; left -= 10) {
      this.now += 10_000
      this.#tick += 1
      yield this.#look(false)
      this.now += 500
      yield this.#look(true)
      this.now -= 500
    }
  }

  #judge(columns: SampleColumns[]): void {
    for (const portion of this.portions(columns)) {
      this.judge.ingest(portion, this.now)
      const judgement = this.judge.evaluate(this.now)
      this.changes.push(...judgement.changes)
      this.steps.push(...this.book.reconcile(judgement, this.now))
    }
  }

  state(id: string): string | undefined {
    return this.judge.held(id)?.state
  }

  firing() {
    return [...this.book.open()].filter((alarm) => alarm.state === 'firing' && alarm.goneSinceMs === null)
  }

  roots(): string[] {
    return this.firing()
      .filter((alarm) => alarm.causeId === null)
      .map((alarm) => `${alarm.finding.condition} ${alarm.finding.entityName} ${alarm.finding.severity}`)
      .sort()
  }

  causeOf(entityId: string): string | undefined {
    const alarm = this.firing().find((one) => one.finding.entityId === entityId)
    return this.firing().find((one) => one.id === alarm?.causeId)?.finding.entityId
  }

  /** How many alarms ever fired without a cause. */
  firedAsRoot(): string[] {
    return this.steps
      .filter((step) => step.fired && step.alarm.causeId === null)
      .map((step) => step.alarm.finding.entityName)
  }
}
