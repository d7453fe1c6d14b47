/** A large estate in memory, and what its collector says of it. */
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type {
  CheckModel,
  CircuitModel,
  DeviceModel,
  EstateModel,
  LinkModel,
} from '../../server/src/estate/model.ts'
import { noServices } from '../../server/src/estate/services-model.ts'

const devicesPerSite = 20
const sitesPerCity = 25
const collectorId = 'col'

const portMetrics: MetricName[] = [
  'ifHCInOctets',
  'ifHCOutOctets',
  'ifHCInUcastPkts',
  'ifHCOutUcastPkts',
  'ifInErrors',
  'ifOutErrors',
  'ifInDiscards',
  'ifOutDiscards',
]
const statuses: MetricName[] = ['ifAdminStatus', 'ifOperStatus']

export interface LargeEstate {
  model: EstateModel
  devices: DeviceModel[]
  ports: number
}

/** Sites of twenty devices in a tree of three levels; each is joined to the one above by two circuits. */
export function largeEstate(deviceCount: number, ports: number): LargeEstate {
  const sites = Array.from({ length: Math.ceil(deviceCount / devicesPerSite) }, (_, i) => `site${i}`)
  const devices = Array.from({ length: deviceCount }, (_, i) => deviceOf(i, ports))
  const links = sites.slice(1).map((_, i) => linkOf(i + 1))
  const checks = sites.map((_, i) => checkOf(i))
  return {
    devices,
    ports,
    model: {
      ...noServices(),
      regions: new Map([
        ['reg', { id: 'reg', code: '130000', name: '河北省', tier: 'province', path: '/reg/' }],
      ]),
      sites: new Map(sites.map((id) => [id, { id, regionId: 'reg', name: id }])),
      devices: new Map(devices.map((one) => [one.id, one])),
      circuits: new Map(links.flatMap((link) => link.circuits.map((c) => [c.id, c] as const))),
      links: new Map(links.map((link) => [link.id, link])),
      checks: new Map(checks.map((check) => [check.id, check])),
      collectors: new Map([[collectorId, { siteId: 'site0', regionId: 'reg', name: '本机', isLocal: true }]]),
    },
  }
}

function deviceOf(i: number, ports: number): DeviceModel {
  const id = `dev${i}`
  return {
    id,
    regionId: 'reg',
    siteId: `site${Math.floor(i / devicesPerSite)}`,
    collectorId,
    name: id,
    role: i % devicesPerSite === 0 ? 'access-router' : 'access-switch',
    address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
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
    interfaces: Array.from({ length: ports }, (_, port) => ({
      id: `${id}-${port}`,
      ifName: `GE0/0/${port}`,
    })),
    sensors: [
      {
        id: `${id}-temperature`,
        deviceId: id,
        key: 'temperature',
        class: 'temperature',
        descr: '温度',
        unit: '℃',
        lowWarn: null,
        highWarn: 60,
        highCritical: 75,
        states: [],
      },
    ],
  }
}

function linkOf(site: number): LinkModel {
  const upper = site <= sitesPerCity ? 0 : Math.floor(site / sitesPerCity)
  const id = `link${site}`
  const circuit = (position: number): CircuitModel => ({
    id: `${id}-${position}`,
    linkId: id,
    role: position === 0 ? 'primary' : 'backup',
    position,
    number: `NO-${id}-${position}`,
    carrierId: 'org',
    carrier: '电信',
    hotline: null,
    access: position === 0 ? 'mstp' : 'ipsec-vpn',
    bandwidthBps: 10e6,
    promisedPercent: 99.9,
    a: endOf(upper, site % 20),
    z: endOf(site, position),
    leg: { kind: 'snmp', address: '127.0.0.1', port: 161 },
  })
  return {
    id,
    regionId: 'reg',
    name: id,
    upperSiteId: `site${upper}`,
    lowerSiteId: `site${site}`,
    circuits: [circuit(0), circuit(1)],
  }
}

function endOf(site: number, port: number) {
  const deviceId = `dev${site * devicesPerSite}`
  return { interfaceId: `${deviceId}-${port}`, ifName: `GE0/0/${port}`, deviceId }
}

const checkOf = (i: number): CheckModel => ({
  id: `check${i}`,
  regionId: 'reg',
  siteId: `site${i}`,
  deviceId: null,
  name: `check${i}`,
  spec: { kind: 'tcp', host: '127.0.0.1', port: 80 } as CheckModel['spec'],
  limits: [],
  intervalS: 60,
  timeoutMs: 5000,
  credentialId: null,
  isEnabled: true,
  points: [{ id: `point${i}`, collectorId, outcome: null, outcomeAtMs: 0 }],
})

/** What one connection says: its ids are told once. */
export class LargeEstateVoice {
  readonly #estate: LargeEstate
  readonly #ids: string[] = []
  readonly #at = new Map<string, number>()

  constructor(estate: LargeEstate) {
    this.#estate = estate
  }

  /** Polls of these devices at this instant. */
  polls(devices: readonly DeviceModel[], atMs: number, isUp = true): SampleColumns[] {
    const answering = isUp ? devices : []
    const own = answering.flatMap(({ interfaces }) => interfaces.map(({ id }) => id))
    return [
      this.#columns(
        'reachable',
        devices.map(({ id }) => id),
        atMs,
        Number(isUp),
      ),
      ...(['cpuPercent', 'memoryPercent'] as const).map((metric) =>
        this.#columns(
          metric,
          answering.map(({ id }) => id),
          atMs,
          40,
        ),
      ),
      this.#columns(
        'value',
        answering.flatMap(({ sensors }) => sensors.map(({ id }) => id)),
        atMs,
        30,
      ),
      ...statuses.map((metric) => this.#columns(metric, own, atMs, 1)),
      ...portMetrics.map((metric) =>
        this.#columns(metric, own, atMs, /Errors|Discards/.test(metric) ? 0 : 60_000, atMs - 60_000),
      ),
    ]
  }

  /** Probes of these legs at this instant. */
  probes(circuitIds: readonly string[], atMs: number, isUp = true): SampleColumns[] {
    return [
      this.#columns('probeOk', circuitIds, atMs, Number(isUp)),
      this.#columns('probeSent', circuitIds, atMs, isUp ? 1 : 3),
      this.#columns('probeLost', circuitIds, atMs, isUp ? 0 : 3),
      ...(isUp ? [this.#columns('probeRttMs', circuitIds, atMs, 4)] : []),
    ]
  }

  checks(atMs: number): SampleColumns[] {
    const points = [...this.#estate.model.checks.values()].map(({ points }) => points[0]!.id)
    return [this.#columns('checkOk', points, atMs, 1), this.#columns('checkMs', points, atMs, 12)]
  }

  #columns(
    metric: MetricName,
    of: readonly string[],
    atMs: number,
    value: number,
    startMs?: number,
  ): SampleColumns {
    return {
      metric,
      ids: this.#ids,
      entities: Uint32Array.from(of, (id) => this.#number(id)),
      atMs: new Float64Array(of.length).fill(atMs),
      ...(startMs === undefined ? {} : { startMs: new Float64Array(of.length).fill(startMs) }),
      values: new Float64Array(of.length).fill(value),
    }
  }

  #number(id: string): number {
    let at = this.#at.get(id)
    if (at === undefined) {
      at = this.#ids.push(id) - 1
      this.#at.set(id, at)
    }
    return at
  }
}
