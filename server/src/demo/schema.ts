import { faultKinds } from '@zongheng/inventory/demo/faults.ts'
import { Type, type Static } from 'typebox'
import { Instant } from '../http/schema.ts'

/** `target`: a circuit, device or site, as the kind asks. */
export const NewFault = Type.Object({
  kind: Type.Enum(faultKinds),
  target: Type.String({ maxLength: 40 }),
  /** For circuit-degrade; by default 8 % loss, 180 ms more, 20 errors a second. */
  lossPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  latencyMs: Type.Optional(Type.Number({ minimum: 0, maximum: 5000 })),
  errorsPerS: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
})
export type NewFault = Static<typeof NewFault>

export const Fault = Type.Object({
  id: Type.String(),
  kind: Type.Enum(faultKinds),
  target: Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() }),
  startedAt: Instant,
})
export type Fault = Static<typeof Fault>
export const FaultList = Type.Object({ items: Type.Array(Fault) })
