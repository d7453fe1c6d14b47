import { accesses } from '@zongheng/inventory/access.ts'
import { circuitRoles, circuitStates } from '@zongheng/inventory/circuit.ts'
import { deviceRoles, deviceStates } from '@zongheng/inventory/device.ts'
import { linkStates } from '@zongheng/inventory/link.ts'
import { tiers } from '@zongheng/inventory/region.ts'
import { siteKinds } from '@zongheng/inventory/site.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

// ---- regions and sites ----------------------------------------------------------

/** A maintenance window that runs over it, laid over the technical state. */
const Maintenance = Nullable(Type.Object({ windowId: Type.String(), title: Type.String(), untilMs: Instant }))

export const Region = Type.Object({
  id: Type.String(),
  code: Type.String(),
  name: Type.String(),
  tier: Type.Enum(tiers),
  parentId: Nullable(Type.String()),
  managingParentId: Nullable(Type.String()),
  /** Ids from the root down, `/reg_a/reg_b/`. */
  path: Type.String(),
})
export type Region = Static<typeof Region>
export const RegionPage = Page(Region)
export const RegionQuery = Type.Object({
  ...paging,
  parentId: Type.Optional(Type.String()),
  tier: Type.Optional(Type.Enum(tiers)),
})

export const Site = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(siteKinds),
  region: Ref,
  state: Type.Enum(deviceStates),
  maintenance: Maintenance,
  /** Since when it is in this state. */
  since: Nullable(Instant),
  address: Nullable(Type.String()),
  contact: Nullable(Type.String()),
  contactPhone: Nullable(Type.String()),
})
export type Site = Static<typeof Site>
export const SitePage = Page(Site)
export const SiteQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Type.String()),
  q: Type.Optional(Type.String({ maxLength: 100 })),
})

// ---- devices ----------------------------------------------------------------------

const Identity = {
  vendor: Type.String(),
  hardware: Type.String(),
  version: Type.String(),
  serial: Type.String(),
  sysName: Type.String(),
  sysDescr: Type.String(),
  sysObjectID: Type.String(),
}

export const Device = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.Enum(deviceRoles),
  region: Ref,
  site: Ref,
  address: Type.String(),
  port: Type.Integer(),
  state: Type.Enum(deviceStates),
  maintenance: Maintenance,
  since: Nullable(Instant),
  ...Identity,
  /** Latest values; null when unknown. */
  cpuPercent: Nullable(Type.Number()),
  memoryPercent: Nullable(Type.Number()),
  uptimeS: Nullable(Type.Number()),
  responseMs: Nullable(Type.Number()),
  polledAt: Nullable(Instant),
})
export type Device = Static<typeof Device>
export const DevicePage = Page(Device)

export const DeviceDetail = Type.Intersect([
  Device,
  Type.Object({
    pollIntervalS: Type.Integer(),
    /** 0: its address is not probed. */
    pingIntervalS: Type.Integer(),
    /** Further addresses of its own, from which its SNMP replies are believed. */
    answersFrom: Type.Array(Type.String()),
    /** Addresses that answered in its place and are not believed, the latest first. */
    foreignReplies: Type.Array(Type.Object({ address: Type.String(), firstAt: Instant, lastAt: Instant })),
  }),
])
export type DeviceDetail = Static<typeof DeviceDetail>

export const DeviceQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Type.String()),
  siteId: Type.Optional(Type.String()),
  role: Type.Optional(Type.Enum(deviceRoles)),
  state: Type.Optional(Type.Enum(deviceStates)),
  q: Type.Optional(Type.String({ maxLength: 100 })),
})

export const SnmpInput = Type.Object({
  version: Type.Enum(['1', '2c', '3']),
  community: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  user: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  authProtocol: Type.Optional(Type.Enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'])),
  authKey: Type.Optional(Type.String({ minLength: 8, maxLength: 255 })),
  privProtocol: Type.Optional(Type.Enum(['des', 'aes', 'aes192b', 'aes192r', 'aes256b', 'aes256r'])),
  privKey: Type.Optional(Type.String({ minLength: 8, maxLength: 255 })),
  /** Of several that the device keeps, which context of v3 is asked; without it the default. */
  contextName: Type.Optional(Type.String({ maxLength: 32 })),
})
export type SnmpInput = Static<typeof SnmpInput>

/** A device added by address: it is asked who it is before it is kept. */
export const NewDevice = Type.Object({
  address: Type.String({ minLength: 2, maxLength: 255 }),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, default: 161 })),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  role: Type.Enum(deviceRoles),
  /** An existing site, or a region: then a site of that region's name is made. */
  siteId: Type.Optional(Type.String()),
  regionId: Type.Optional(Type.String()),
  /** Who asks and polls it; the local collector unless told. */
  collectorId: Type.Optional(Type.String({ maxLength: 40 })),
  snmp: SnmpInput,
})
export type NewDevice = Static<typeof NewDevice>

/** What of a device is changed; the rest stays. */
export const DevicePatch = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  role: Type.Optional(Type.Enum(deviceRoles)),
  siteId: Type.Optional(Type.String()),
  address: Type.Optional(Type.String({ minLength: 2, maxLength: 255 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  pollIntervalS: Type.Optional(Type.Integer({ minimum: 10, maximum: 3600 })),
  /** How often its address is probed; 0: not at all. */
  pingIntervalS: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
  /** Further addresses of its own, from which its SNMP replies may come. */
  answersFrom: Type.Optional(
    Type.Array(Type.String({ minLength: 2, maxLength: 45 }), { maxItems: 64, uniqueItems: true }),
  ),
  collectorId: Type.Optional(Type.String({ maxLength: 40 })),
  snmp: Type.Optional(SnmpInput),
})
export type DevicePatch = Static<typeof DevicePatch>

/** What became of each row of a spreadsheet. Nothing is kept unless every row is right. */
export const ImportResult = Type.Object({
  created: Type.Integer(),
  errors: Type.Array(
    Type.Object({
      sheet: Type.String(),
      row: Type.Integer(),
      column: Type.String(),
      code: Type.String(),
      message: Type.String(),
    }),
  ),
})
export type ImportResult = Static<typeof ImportResult>

export const Interface = Type.Object({
  id: Type.String(),
  deviceId: Type.String(),
  ifIndex: Nullable(Type.Integer()),
  ifName: Type.String(),
  ifDescr: Type.String(),
  ifAlias: Type.String(),
  ifType: Nullable(Type.Integer()),
  ifSpeedBps: Nullable(Type.Number()),
  ifPhysAddress: Type.String(),
  /** Of an Ethernet port that tells. */
  duplex: Nullable(Type.Enum(['half', 'full'])),
  ifAdminStatus: Type.String(),
  ifOperStatus: Type.String(),
  /** Since when ifOperStatus is what it is. */
  since: Nullable(Instant),
  inBps: Nullable(Type.Number()),
  outBps: Nullable(Type.Number()),
  /** Errors in and out per second. */
  errorsPerS: Nullable(Type.Number()),
  circuitId: Nullable(Type.String()),
})
export type Interface = Static<typeof Interface>
export const InterfacePage = Page(Interface)
export const InterfaceQuery = Type.Object({ ...paging, deviceId: Type.Optional(Type.String()) })

export const Sensor = Type.Object({
  id: Type.String(),
  deviceId: Type.String(),
  key: Type.String(),
  class: Type.String(),
  descr: Type.String(),
  unit: Type.String(),
  value: Nullable(Type.Number()),
  /** For class state: what the value means. */
  stateText: Nullable(Type.String()),
  /** For class state: what each value means. */
  states: Type.Array(
    Type.Object({
      value: Type.Number(),
      text: Type.String(),
      severity: Type.Enum(['ok', 'warning', 'critical', 'unknown']),
    }),
  ),
  severity: Type.Enum(['ok', 'warning', 'critical', 'unknown']),
  lowWarn: Nullable(Type.Number()),
  highWarn: Nullable(Type.Number()),
  highCritical: Nullable(Type.Number()),
  at: Nullable(Instant),
})
export type Sensor = Static<typeof Sensor>
export const SensorPage = Page(Sensor)
export const SensorQuery = Type.Object({ ...paging, deviceId: Type.String() })

// ---- links ---------------------------------------------------------------------------

/** A circuit as its link shows it. Rates at the A end: `in` is what the lower site receives. */
export const LinkCircuit = Type.Object({
  id: Type.String(),
  number: Type.String(),
  carrier: Type.String(),
  role: Type.Enum(circuitRoles),
  state: Type.Enum(circuitStates),
  maintenance: Maintenance,
  since: Nullable(Instant),
  access: Type.Enum(accesses),
  bandwidthBps: Type.Number(),
  inBps: Nullable(Type.Number()),
  outBps: Nullable(Type.Number()),
  rttMs: Nullable(Type.Number()),
  lossPercent: Nullable(Type.Number()),
  jitterMs: Nullable(Type.Number()),
})
export type LinkCircuit = Static<typeof LinkCircuit>

export const Link = Type.Object({
  id: Type.String(),
  name: Type.String(),
  region: Ref,
  state: Type.Enum(linkStates),
  maintenance: Maintenance,
  since: Nullable(Instant),
  upperSite: Ref,
  lowerSite: Ref,
  /** Tier of the lower end. */
  tier: Type.Enum(tiers),
  /** Primary first. */
  circuits: Type.Array(LinkCircuit),
  activeCircuitId: Nullable(Type.String()),
  openTicket: Nullable(
    Type.Object({ id: Type.String(), number: Type.String(), assignee: Nullable(Type.String()) }),
  ),
})
export type Link = Static<typeof Link>
export const LinkPage = Page(Link)
export const LinkQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Type.String()),
  siteId: Type.Optional(Type.String()),
  state: Type.Optional(Type.Enum(linkStates)),
})

/** The device is blank where it is outside the reader's regions. */
const LinkEnd = Type.Object({
  site: Ref,
  device: Type.Object({
    id: Type.String(),
    name: Type.String(),
    hardware: Type.String(),
    address: Type.String(),
    state: Type.Enum(deviceStates),
  }),
})

const CircuitEnd = Type.Object({
  device: Ref,
  interfaceId: Type.String(),
  ifName: Type.String(),
  ifAdminStatus: Type.String(),
  ifOperStatus: Type.String(),
})

/** Evidence for a judgement: what was looked at, what it said, when. Rendered by the console from `code` and `values`. */
export const Evidence = Type.Object({
  code: Type.String(),
  verdict: Type.Enum(['good', 'bad', 'neutral']),
  at: Nullable(Instant),
  circuitId: Nullable(Type.String()),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
})
export type Evidence = Static<typeof Evidence>

export const LinkDetail = Type.Intersect([
  Link,
  Type.Object({
    upper: LinkEnd,
    lower: LinkEnd,
    circuitDetails: Type.Array(
      Type.Object({
        id: Type.String(),
        a: CircuitEnd,
        z: CircuitEnd,
        legAddress: Nullable(Type.String()),
        hotline: Nullable(Type.String()),
        monthlyFeeYuan: Nullable(Type.Number()),
        contractUntil: Nullable(Type.String()),
        promisedPercent: Type.Number(),
        /** This month so far, installation's midnight; null when nothing is known. */
        monthPercent: Nullable(Type.Number()),
        /** Since when the backup carries or last carried the traffic. */
        lastActiveAt: Nullable(Instant),
      }),
    ),
    evidence: Type.Array(Evidence),
    /** Sites and devices that hang below this link. */
    below: Type.Object({ sites: Type.Integer(), devices: Type.Integer() }),
  }),
])
export type LinkDetail = Static<typeof LinkDetail>

/** A link made by hand: two sites and the circuits that carry it, primary first. */
const leg = {
  legAddress: Type.Optional(Type.String({ maxLength: 255 })),
  legPort: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  legKind: Type.Optional(Type.Enum(['snmp', 'icmp', 'tcp'])),
}
const circuit = {
  number: Type.String({ minLength: 1, maxLength: 64 }),
  carrier: Type.String({ minLength: 1, maxLength: 64 }),
  access: Type.Enum(accesses),
  bandwidthBps: Type.Number({ exclusiveMinimum: 0 }),
  aInterfaceId: Type.String(),
  zInterfaceId: Type.String(),
}

export const NewCircuit = Type.Object({ role: Type.Enum(circuitRoles), ...circuit, ...leg })

/** What is left out stays. */
export const CircuitPatch = Type.Partial(Type.Object(circuit), { minProperties: 1 })
export type CircuitPatch = Static<typeof CircuitPatch>

export const NewLink = Type.Object({
  upperSiteId: Type.String(),
  lowerSiteId: Type.String(),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  circuits: Type.Array(NewCircuit, { minItems: 1, maxItems: 8 }),
})
export type NewLink = Static<typeof NewLink>
