import { Type, type Static } from 'typebox'
import { Instant, Nullable } from '../http/schema.ts'

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
  siteId: Type.Optional(Type.String({ maxLength: 40 })),
})
/** The token is shown once, and works once. */
export const CollectorToken = Type.Object({ collectorId: Type.String(), token: Type.String() })

export const Collector = Type.Object({
  id: Type.String(),
  name: Type.String(),
  siteId: Nullable(Type.String()),
  connected: Type.Boolean(),
  seenAt: Nullable(Instant),
  health: Nullable(
    Type.Object({
      targets: Type.Integer(),
      probes: Type.Integer(),
      spooledBatches: Type.Integer(),
      lagMs: Type.Number(),
      cpuPercent: Type.Number(),
      rssBytes: Type.Number(),
    }),
  ),
})
export type Collector = Static<typeof Collector>
export const CollectorList = Type.Object({ items: Type.Array(Collector) })
