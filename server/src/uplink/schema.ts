import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

export const Enrol = Type.Object({
  token: Type.String({ minLength: 16, maxLength: 200 }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  /** X25519 public key, base64. */
  publicKey: Type.String({ minLength: 40, maxLength: 60 }),
})
export type Enrol = Static<typeof Enrol>
export const Enrolled = Type.Object({ collectorId: Type.String(), key: Type.String() })

export const NewCollector = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  /** Where it stands: reachability is judged from there. */
  siteId: Type.Optional(Type.String({ maxLength: 40 })),
  /** Whose it is, where no site says it. */
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
})
export type NewCollector = Static<typeof NewCollector>
export const CollectorPatch = Type.Partial(
  Type.Object({
    name: NewCollector.properties.name,
    siteId: Nullable(Type.String({ maxLength: 40 })),
    /** Of the line to the server, bit/s; null: not known. Its history and its upgrades take a part of it. */
    uplinkBps: Nullable(Type.Integer({ minimum: 9_600, maximum: 1e12 })),
  }),
)
export type CollectorPatch = Static<typeof CollectorPatch>
/** The token is shown once, works once, and lapses unused. */
export const CollectorToken = Type.Object({
  collectorId: Type.String(),
  token: Type.String(),
  expiresAt: Instant,
})

export type CollectorToken = Static<typeof CollectorToken>

/** invited: its token is not used yet; enrolled: it has a key of its own; revoked: that key opens nothing any more. */
export const collectorStates = ['invited', 'enrolled', 'revoked'] as const
export const Collector = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.Enum([...collectorStates]),
  siteId: Nullable(Type.String()),
  site: Nullable(Ref),
  region: Nullable(Ref),
  /** The one that the server starts itself. */
  isLocal: Type.Boolean(),
  /** Of its line to the server, bit/s; null where nobody said. */
  uplinkBps: Nullable(Type.Integer()),
  deviceCount: Type.Integer(),
  enrolledAt: Nullable(Instant),
  tokenExpiresAt: Nullable(Instant),
  connected: Type.Boolean(),
  seenAt: Nullable(Instant),
  health: Nullable(
    Type.Object({
      targets: Type.Integer(),
      probes: Type.Integer(),
      spooledBatches: Type.Integer(),
      spooledBytes: Type.Number(),
      /** What its disk may hold, and for how many hours that lasts without this server; null while it is not known. */
      spoolBoundBytes: Nullable(Type.Number()),
      spoolHoursLeft: Nullable(Type.Number()),
      lagMs: Type.Number(),
      /** Of the last minute's polls; null when none was due, or its version does not say. */
      onTimePercent: Nullable(Type.Number()),
      late: Type.Integer(),
      skipped: Type.Integer(),
      /** Since it was started. */
      timeouts: Nullable(Type.Integer()),
      /** A release on its way there. */
      upgrade: Nullable(
        Type.Object({ release: Type.String(), receivedBytes: Type.Integer(), bytes: Type.Integer() }),
      ),
      cpuPercent: Type.Number(),
      rssBytes: Type.Number(),
    }),
  ),
  /** What keeps it from its work. `text` is for whoever reads a code that the console does not know. */
  faults: Type.Array(Type.Object({ code: Type.String(), text: Type.String(), sinceAt: Nullable(Instant) })),
  /** Null while it has not said it. */
  software: Nullable(
    Type.Object({
      version: Type.String(),
      release: Nullable(Type.String()),
      platform: Type.String(),
      isUpgradable: Type.Boolean(),
      failedRelease: Nullable(Type.String()),
    }),
  ),
})
export type Collector = Static<typeof Collector>

/** Where it fails, device by device. */
export const CollectorDetail = Type.Object({
  ...Collector.properties,
  serverVersion: Type.String(),
  /** Devices whose latest poll was late or left out: how many, and some of them. */
  lateDevices: Type.Object({ count: Type.Integer(), some: Type.Array(Ref) }),
  /** Samples that it had to give up. */
  gaps: Type.Array(
    Type.Object({
      from: Instant,
      until: Instant,
      reason: Type.Enum(['spool-full', 'overload', 'queue-damaged']),
    }),
  ),
  /** Devices that answer from an address which their record does not allow. */
  foreignReplies: Type.Array(Type.Object({ device: Ref, address: Type.String(), at: Instant })),
})
export type CollectorDetail = Static<typeof CollectorDetail>
export const CollectorList = Type.Object({ items: Type.Array(Collector) })

/** A release of the collector that the server holds. */
export const CollectorRelease = Type.Object({
  release: Type.String(),
  version: Type.String(),
  platform: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  addedAt: Instant,
})
export type CollectorRelease = Static<typeof CollectorRelease>
export const CollectorReleaseList = Type.Object({ items: Type.Array(CollectorRelease) })
export const Upgrade = Type.Object({ release: Type.String({ minLength: 1, maxLength: 80 }) })
export type Upgrade = Static<typeof Upgrade>
