import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import {
  gapReasons,
  knownBy,
  logKinds,
  logLimits,
  type CollectorHealth,
  type CollectorSoftware,
  type Fact,
  type JobProgress,
} from '@zongheng/collector/contract.ts'
import { Told } from '../profiles/schema.ts'
import { ToldStations } from '../stations/schema.ts'
import { ToldSurroundings } from '../topology/schema.ts'

/** What a collector says beside numbers, as far as anybody here relies on it. What devices say of themselves is cleaned by the estate. */
const Id = Type.String({ minLength: 1, maxLength: 40 })
const Instant = Type.Integer({ minimum: 0 })
const Anything = Type.Object({})
const mostOfEach = { maxItems: 20_000 }
const Found = {
  identity: Anything,
  interfaces: Type.Array(Type.Unknown(), mostOfEach),
  sensors: Type.Array(Type.Unknown(), mostOfEach),
}

const Address = Type.String({ minLength: 1, maxLength: 45 })
const Source = Type.Object({ address: Address, by: Type.Enum([...knownBy]) })

const TranscriptEntry = Type.Object({
  atMs: Instant,
  step: Type.String({ maxLength: 1000 }),
  command: Type.String({ maxLength: 10_000 }),
  output: Type.String({ maxLength: 4 * 1024 * 1024 }),
})
const Outcome = Type.Object({
  ok: Type.Boolean(),
  code: Type.String({ maxLength: 100 }),
  values: Type.Record(
    Type.String({ maxLength: 100 }),
    Type.Union([Type.String({ maxLength: 2000 }), Type.Number(), Type.Null()]),
    { maxProperties: 40 },
  ),
})
const SweepCount = Type.Object({
  asked: Type.Integer({ minimum: 0 }),
  answering: Type.Integer({ minimum: 0 }),
  devices: Type.Integer({ minimum: 0 }),
})
const JobResult = Type.Union([
  Type.Object({ kind: Type.Enum(['poll', 'discover']) }),
  Type.Object({ kind: Type.Literal('identify'), ...Found }),
  Type.Object({
    kind: Type.Literal('playbook'),
    transcript: Type.Array(TranscriptEntry, { maxItems: 10_000 }),
  }),
  Type.Object({ kind: Type.Literal('sweep'), count: SweepCount }),
  Type.Object({
    kind: Type.Literal('check'),
    outcome: Outcome,
    metrics: Type.Record(Type.String({ maxLength: 40 }), Type.Number(), { maxProperties: 20 }),
  }),
])

const Entry = Type.Object({
  atMs: Instant,
  saidMs: Type.Union([Instant, Type.Null()]),
  kind: Type.Enum([...logKinds]),
  address: Type.String({ minLength: 1, maxLength: 60 }),
  deviceId: Type.Union([Id, Type.Null()]),
  name: Type.String({ minLength: 1, maxLength: logLimits.name }),
  severity: Type.Integer({ minimum: 0, maximum: 7 }),
  facility: Type.Union([Type.Integer({ minimum: 0, maximum: 23 }), Type.Null()]),
  host: Type.Union([Type.String({ maxLength: logLimits.host }), Type.Null()]),
  text: Type.String({ maxLength: logLimits.text }),
  values: Type.Record(
    Type.String({ maxLength: logLimits.valueName }),
    Type.Union([Type.String({ maxLength: logLimits.value }), Type.Number(), Type.Null()]),
    { maxProperties: logLimits.values },
  ),
  repeated: Type.Integer({ minimum: 0 }),
})

const Facts = Type.Array(
  Type.Union([
    Type.Object({
      kind: Type.Literal('device'),
      deviceId: Id,
      atMs: Instant,
      ...Found,
      explanation: Type.Optional(Told),
      surroundings: Type.Optional(ToldSurroundings),
    }),
    Type.Object({
      kind: Type.Literal('job'),
      jobId: Id,
      atMs: Instant,
      outcome: Type.Enum(['done', 'failed', 'cancelled']),
      error: Type.Optional(
        Type.Object({ code: Type.String({ maxLength: 100 }), text: Type.String({ maxLength: 100_000 }) }),
      ),
      result: Type.Optional(JobResult),
    }),
    Type.Object({
      kind: Type.Literal('found'),
      jobId: Id,
      atMs: Instant,
      address: Address,
      rttMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
      from: Type.Union([Source, Type.Null()]),
      credentialId: Type.Union([Id, Type.Null()]),
      device: Type.Union([
        Type.Object({ ...Found, addresses: Type.Array(Address, mostOfEach) }),
        Type.Null(),
      ]),
      beside: Type.Array(
        Type.Object({
          address: Address,
          steps: Type.Integer({ minimum: 0, maximum: 8 }),
          from: Type.Union([Source, Type.Null()]),
        }),
        mostOfEach,
      ),
    }),
    Type.Object({
      kind: Type.Literal('check'),
      checkId: Id,
      atMs: Instant,
      outcome: Outcome,
    }),
    Type.Object({
      kind: Type.Literal('finding'),
      deviceId: Id,
      atMs: Instant,
      finding: Type.Object({
        kind: Type.Literal('foreign-reply'),
        address: Type.String({ maxLength: 45 }),
      }),
    }),
    Type.Object({ kind: Type.Literal('stations'), deviceId: Id, atMs: Instant, stations: ToldStations }),
    Type.Object({
      kind: Type.Literal('gap'),
      fromMs: Instant,
      untilMs: Instant,
      reason: Type.Enum([...gapReasons]),
    }),
    Type.Object({
      kind: Type.Literal('log'),
      atMs: Instant,
      entries: Type.Array(Entry, { maxItems: logLimits.entries }),
    }),
  ]),
  { maxItems: 10_000 },
)

const Count = Type.Integer({ minimum: 0 })
const Software = Type.Object({
  version: Type.String({ maxLength: 40 }),
  release: Type.Union([Type.String({ maxLength: 80 }), Type.Null()]),
  platform: Type.String({ maxLength: 40 }),
  isUpgradable: Type.Boolean(),
  failedRelease: Type.Union([Type.String({ maxLength: 80 }), Type.Null()]),
})
const ReleaseAsk = Type.Object({ release: Type.String({ maxLength: 80 }), offset: Count })
const Progress = Type.Object({
  jobId: Id,
  at: Type.Number(),
  text: Type.String({ maxLength: 100_000 }),
  count: Type.Optional(SweepCount),
})
const Health = Type.Object({
  atMs: Type.Number(),
  targets: Type.Integer(),
  probes: Type.Integer(),
  spooledBatches: Type.Integer(),
  spooledBytes: Type.Number(),
  lagMs: Type.Number(),
  cpuPercent: Type.Number(),
  rssBytes: Type.Number(),
  spoolBoundBytes: Type.Optional(Type.Number()),
  spoolHoursLeft: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  onTimePercent: Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()])),
  late: Type.Optional(Count),
  skipped: Type.Optional(Count),
  lateDevices: Type.Optional(Type.Object({ count: Count, ids: Type.Array(Id, { maxItems: 100 }) })),
  timeouts: Type.Optional(Count),
  upgrade: Type.Optional(
    Type.Union([
      Type.Object({ release: Type.String({ maxLength: 80 }), receivedBytes: Count, bytes: Count }),
      Type.Null(),
    ]),
  ),
  faults: Type.Optional(
    Type.Array(
      Type.Object({
        code: Type.String({ maxLength: 100 }),
        text: Type.String({ maxLength: 2000 }),
        sinceMs: Type.Optional(Instant),
      }),
      { maxItems: 100 },
    ),
  ),
})

const [facts, progress, health] = [Compile(Facts), Compile(Progress), Compile(Health)]
const [software, releaseAsk] = [Compile(Software), Compile(ReleaseAsk)]

const kinds: ReadonlySet<unknown> = new Set<Fact['kind']>(['device', 'job', 'check', 'finding', 'found', 'gap', 'log', 'stations']) // prettier-ignore

/** The facts of kinds that are known here: a collector that is a version ahead may tell of others. Null when one is malformed. */
export function knownFacts(value: unknown): Fact[] | null {
  if (!Array.isArray(value)) return null
  const known: unknown[] = value.filter((one) => typeof one?.kind !== 'string' || kinds.has(one.kind))
  return facts.Check(known) ? (known as Fact[]) : null
}
export const isProgress = (value: unknown): value is JobProgress => progress.Check(value)
export const isSoftware = (value: unknown): value is CollectorSoftware => software.Check(value)
export const isReleaseAsk = (value: unknown): value is { release: string; offset: number } =>
  releaseAsk.Check(value)
export const isHealth = (value: unknown): value is CollectorHealth => health.Check(value)
