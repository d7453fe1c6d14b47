/**
 * The wire between a collector and its server: socket.io, namespace `/collector`, opened by the collector.
 * Both sides may differ by one version. This file is all the server knows of the collector.
 */
import type { Stations, Surroundings } from '@zongheng/inventory/surroundings.ts'
import type { CheckMetric, CheckSpec } from '@zongheng/inventory/check.ts'
import type { DeviceIdentity } from '@zongheng/inventory/device.ts'
import type { Explanation } from '@zongheng/inventory/explanation.ts'
import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { SensorFacts } from '@zongheng/inventory/sensor.ts'
import type { Sealed } from './seal.ts'

export { isBody } from './wire/body.ts'
export { WireError } from './wire/bytes.ts'
export { columnsOf } from './wire/columns.ts'
export { newRoom, type Room } from './wire/room.ts'
export { SamplesWriter } from './wire/samples-writer.ts'
export { Listener, Teller, type Heard } from './wire/telling.ts'
export { newSealingKeys, openSealed, sealFor, type Sealed, type SealingKeys } from './seal.ts'

export const contractVersion = 2
export const collectorNamespace = '/collector'

// ---- who is there ----------------------------------------------------------------

/** `socket.handshake.auth` of a collector. Enrolment swaps a single-use token for a key of its own. */
export interface CollectorAuth {
  contractVersion: number
  collectorId: string
  key: string
  /** X25519 public key, base64: credentials are sealed for it. */
  publicKey: string
  /** Changes with every new spool. */
  epoch: string
  /** Since version 2. */
  software?: CollectorSoftware
}

/** What a collector runs. */
export interface CollectorSoftware {
  /** Of the product: `0.2.0`. */
  version: string
  /** The installed release, `0.2.0-1a2b3c4`; null when it runs from its sources. */
  release: string | null
  /** `linux-x64` */
  platform: string
  /** Whether it takes releases from its server: only one that an installed launcher started can go back when they fail. */
  isUpgradable: boolean
  /** The release that was tried last and did not reach the server. */
  failedRelease: string | null
}

// ---- what to do: server → collector ------------------------------------------------

export type SnmpCredential =
  | { version: '1' | '2c'; community: string }
  | {
      version: '3'
      user: string
      level: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'
      authProtocol?: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
      authKey?: string
      /** `aes`: AES-128. Longer keys in both extensions: b Blumenthal's, r Reeder's (Cisco and others). */
      privProtocol?: 'des' | 'aes' | 'aes192b' | 'aes192r' | 'aes256b' | 'aes256r'
      privKey?: string
      /** Since version 2. Of several that the device keeps, which context is asked; absent: the default [RFC 3411 §3.3.1]. */
      contextName?: string
    }

export interface SshCredential {
  username: string
  password?: string
  privateKey?: string
  /** Asked by `enable` or `super`; without it a session stays at the level it signed in with. */
  enablePassword?: string
}

/** A device to poll. Interfaces and sensors are those the server has given ids; others are reported as facts. */
export interface Target {
  deviceId: string
  siteId: string
  address: string
  port: number
  /** SnmpCredential, sealed; JSON inside. */
  snmp: Sealed
  pollIntervalS: number
  interfaces: { id: string; ifName: string }[]
  sensors: { id: string; key: string }[]
  /** Since version 2. The narrowest line between the collector and the device; its own monitoring must never fill it. */
  line?: Line | null
  /** Since version 2. Further addresses of its own, from which its replies may come. */
  answersFrom?: string[]
  /** Since version 2. How its address is probed beside being polled. */
  ping?: { kind: 'icmp' | 'snmp'; intervalS: number } | null
  /** Since version 2. Circuits that end here, by the address across: exact, or any of its network of `prefix` bits. */
  neighbours?: { circuitId: string; address: string; prefix: number }[]
}

/** A line that measuring shares with its users. `bps`: what is rented. */
export interface Line {
  id: string
  bps: number
}

/** A leg of a circuit: the far end's own address on it. */
export interface LegProbe {
  circuitId: string
  kind: 'snmp' | 'icmp' | 'tcp'
  address: string
  port: number
  /** For kind snmp. */
  snmp: Sealed | null
  intervalS: number
  /** A loss is followed by polls of every device at these sites, at once. */
  siteIds: string[]
  /** Since version 2. Both ends: what one of them tells of is looked at from the other as well. */
  ends?: { deviceId: string; interfaceId: string }[]
}

/** One check, run from here. What it needs to sign in is sealed; JSON of an SnmpCredential or SshCredential inside. */
export interface CheckProbe {
  /** Of this collector alone: a check that several run has an id for each. */
  checkId: string
  spec: CheckSpec
  credential: Sealed | null
  intervalS: number
  timeoutMs: number
}

export interface Assignment {
  /** Grows with every change; a collector that sees a gap asks for the whole. */
  version: number
  targets: Target[]
  probes: LegProbe[]
  /** Since version 2. */
  checks?: CheckProbe[]
}

export interface AssignmentChange {
  version: number
  targets: Target[]
  probes: LegProbe[]
  removedDeviceIds: string[]
  removedCircuitIds: string[]
  /** Since version 2. */
  checks?: CheckProbe[]
  removedCheckIds?: string[]
}

/** Idempotent by id: a collector that has seen it answers with what it did. */
export type Job =
  | { id: string; kind: 'discover'; deviceId: string }
  | { id: string; kind: 'poll'; deviceId: string }
  | { id: string; kind: 'identify'; address: string; port: number; snmp: Sealed }
  | {
      id: string
      kind: 'playbook'
      deviceId: string
      address: string
      port: number
      ssh: Sealed
      playbook: string
      /** How its command line behaves: a name of the playbooks' platforms. */
      platform: string
      inputs: Record<string, string>
    }
  /** Since version 2. A check run at once: one of its own (then its samples and outcome are told as ever), or one that is being tried. */
  | {
      id: string
      kind: 'check'
      checkId: string | null
      spec: CheckSpec
      credential: Sealed | null
      timeoutMs: number
    }
  /** Since version 2. Asks many addresses who stands there; each that answers is a fact. Sent again, it goes on. */
  | ({ id: string; kind: 'sweep'; credentials: { id: string; snmp: Sealed }[] } & SweepScope)

/** Where a sweep asks: ranges and addresses as people write them, IPv4. */
export interface SweepScope {
  ranges: string[]
  /** Whose neighbours are asked in turn, up to so many steps away. */
  seeds: string[]
  mostSteps: number
  /** Nothing outside is ever asked but ranges and seeds. */
  within: string[]
  without: string[]
  port: number
  /** Addresses a second. */
  perSecond: number
  /** Whether those that answer no echo are asked all the same. */
  isSilentAsked: boolean
  /** Found already; and whom those know that are not asked yet. */
  done: string[]
  next: SweepStep[]
}

export interface SweepStep {
  address: string
  /** How far its own neighbours may be away. */
  steps: number
  from: SweepSource | null
}

export const knownBy = ['lldp', 'cdp', 'route', 'arp'] as const
/** Who told of an address, and by which of its tables. */
export interface SweepSource {
  address: string
  by: (typeof knownBy)[number]
}

export interface JobProgress {
  jobId: string
  at: number
  text: string
  /** Of a sweep, since it was last begun. */
  count?: SweepCount
}

export interface SweepCount {
  asked: number
  answering: number
  devices: number
}

// ---- what was seen: collector → server ------------------------------------------------

export const lanes = ['samples', 'backfill', 'facts'] as const
export type Lane = (typeof lanes)[number]

/**
 * One acknowledged batch. `body`: of samples as in wire/body.ts, its groups told as in wire/telling.ts; of facts, and of anything
 * sent to a server of version 1, MessagePack of Fact[] or SampleColumns[], deflated (zlib raw).
 */
export interface Batch {
  epoch: string
  lane: Lane
  /** Counts from 1 within (epoch, lane). */
  seq: number
  body: Uint8Array
}

/** `ok`: committed, or seen before. Otherwise the collector keeps it, and sends it again after `retryMs`. */
export type BatchAck = { ok: true } | { ok: false; retryMs: number; reason: string }

/**
 * Samples of one metric, in columns of one length. `entities` index into `ids`, which may be shared between columns and hold more
 * than is used. Instants are UTC epoch ms. `startMs` only for increments: the value grew by `values[i]` from start to at.
 * Within a batch and from batch to batch, instants grow per entity and metric.
 */
export interface SampleColumns {
  metric: string
  ids: readonly string[]
  entities: number[] | Uint32Array
  atMs: number[] | Float64Array
  startMs?: number[] | Float64Array
  values: number[] | Float64Array
}

export type Fact =
  | {
      kind: 'device'
      deviceId: string
      atMs: number
      identity: DeviceIdentity
      interfaces: InterfaceFacts[]
      sensors: SensorFacts[]
      /** By which rules of which profile; collectors of earlier versions do not say. */
      explanation?: Explanation
      /** Who stands around it; collectors of earlier versions do not say. */
      surroundings?: Surroundings
    }
  | {
      kind: 'job'
      jobId: string
      atMs: number
      outcome: 'done' | 'failed' | 'cancelled'
      error?: JobError
      result?: JobResult
    }
  | { kind: 'check'; checkId: string; atMs: number; outcome: CheckOutcome }
  | { kind: 'finding'; deviceId: string; atMs: number; finding: DeviceFinding }
  | { kind: 'gap'; fromMs: number; untilMs: number; reason: GapReason }
  /** Since version 2. What hangs on its ports. */
  | { kind: 'stations'; deviceId: string; atMs: number; stations: Stations }
  /** Since version 2. What answers at an address that a sweep asked. */
  | ({ kind: 'found'; jobId: string; atMs: number } & Answering)
  /** Since version 2. Traps, informs and syslog, gathered; at most `logLimits.entries`. */
  | { kind: 'log'; atMs: number; entries: LogEntry[] }

export interface Answering {
  address: string
  /** Of its echo, ms; null when it answers none. */
  rttMs: number | null
  from: SweepSource | null
  /** Which of the credentials it takes; null: none. */
  credentialId: string | null
  /** Null: it takes none, or fell silent when it was read. */
  device: FoundDevice | null
  /** Whom it knows, as far as they may be asked. */
  beside: SweepStep[]
}

export interface FoundDevice {
  identity: DeviceIdentity
  interfaces: InterfaceFacts[]
  sensors: SensorFacts[]
  /** Its interfaces' own. */
  addresses: string[]
}

export const logKinds = ['trap', 'inform', 'syslog'] as const
export type LogKind = (typeof logKinds)[number]

/** What somebody told unasked. It says nothing of any state: it asks for a poll, and is kept to be read. */
export interface LogEntry {
  /** When it came. */
  atMs: number
  /** When it happened, as its sender says; null when it does not, or its clock is far off. */
  saidMs: number | null
  kind: LogKind
  address: string
  /** Whose address it is, or whose key signed it, as the collector knows. */
  deviceId: string | null
  /** `linkDown`, `IFNET/4/LINK_STATE`, `sshd`; a dotted OID when nobody here knows it. `dropped`: what was not kept. */
  name: string
  /** 0 emergency … 7 debug [RFC 5424 §6.2.1]. */
  severity: number
  facility: number | null
  host: string | null
  text: string
  values: Record<string, string | number | null>
  /** How often the same came again before this was told. */
  repeated: number
}

/** What an entry may hold, characters; a collector cuts, a server refuses. */
export const logLimits = {
  entries: 200,
  name: 120,
  host: 255,
  text: 4000,
  values: 64,
  valueName: 80,
  value: 1000,
} as const

/** Why samples were given up. `queue-damaged`: since version 2. */
export const gapReasons = ['spool-full', 'overload', 'queue-damaged'] as const
export type GapReason = (typeof gapReasons)[number]

/** What a check found; told when its code changes. `values`: what the words for the code need, and what was read. */
export interface CheckOutcome {
  ok: boolean
  /** `ok`, or why not: the words are the console's. */
  code: string
  values: Record<string, string | number | null>
}

/** What measuring found out about a device besides numbers. */
export type DeviceFinding =
  /** It answers from an address that its record does not allow: such replies are not believed. */
  { kind: 'foreign-reply'; address: string }

export type JobResult =
  | { kind: 'poll' }
  | { kind: 'discover' }
  | { kind: 'identify'; identity: DeviceIdentity; interfaces: InterfaceFacts[]; sensors: SensorFacts[] }
  | { kind: 'playbook'; transcript: TranscriptEntry[] }
  | { kind: 'check'; outcome: CheckOutcome; metrics: Partial<Record<CheckMetric, number>> }
  | { kind: 'sweep'; count: SweepCount }

export interface TranscriptEntry {
  atMs: number
  step: string
  command: string
  output: string
}

/** `code` is for programs (`timeout`, `authentication`, `unreachable`, `refused`, `malformed`, …), text for people. */
export interface JobError {
  code: string
  text: string
}

/** What is wrong with a collector itself. */
export interface CollectorFault {
  /** `icmp-missing`, `icmp-forbidden`, `clock-offset`, `disk-full`, `overload`, `spool-at-bound`, `spool-damaged`, … */
  code: string
  /** What is so, and what to do. */
  text: string
  sinceMs?: number
}

/** How the collector fares, told every 10 s and kept by nobody. */
export interface CollectorHealth {
  atMs: number
  targets: number
  probes: number
  /** Batches on disk that nobody has acknowledged yet. */
  spooledBatches: number
  spooledBytes: number
  /** How far behind its schedule the latest poll began. */
  lagMs: number
  /** Since version 2. Share of the last minute's polls that began in their place; null when none was due. */
  onTimePercent?: number | null
  /** Since version 2. Polls of the last minute that began late, and that were left out since the one before was not over. */
  late?: number
  skipped?: number
  /** Since version 2. Devices whose latest poll was late or left out: how many, and the first twenty. */
  lateDevices?: { count: number; ids: string[] }
  /** Since version 2. SNMP requests without an answer after all tries, since the collector's start. */
  timeouts?: number
  cpuPercent: number
  rssBytes: number
  /** Since version 2. What the spool may hold, and how long that lasts without a server; null while its rate is not known. */
  spoolBoundBytes?: number
  spoolHoursLeft?: number | null
  /** Since version 2. A release that is on its way here. */
  upgrade?: { release: string; receivedBytes: number; bytes: number } | null
  /** Since version 2. What keeps it from its work. */
  faults?: CollectorFault[]
}

/** Since version 2, the first thing a server says. Without it, it is of version 1. */
export interface ServerHello {
  contractVersion: number
  /** What is rented between the collector and the server; null when nobody said. */
  uplinkBps: number | null
}

/** Since version 2. A release that the collector is to run; it fetches it piece by piece. */
export interface ReleaseOffer {
  /** `version-build` */
  release: string
  platform: string
  bytes: number
  /** Of the whole archive, in hex. */
  sha256: string
}

export type ReleaseChunk = { ok: true; data: Uint8Array } | { ok: false; reason: string }

/** Of an archive, in one piece. */
export const releaseChunkBytes = 64 * 1024
/** A name of a release is a name of a folder. */
export const isReleaseName = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9][\w.+-]{0,79}$/.test(name)

export interface ServerToCollector {
  hello: (hello: ServerHello) => void
  assignment: (assignment: Assignment) => void
  change: (change: AssignmentChange) => void
  job: (job: Job, accepted: () => void) => void
  cancelJob: (jobId: string) => void
  upgrade: (offer: ReleaseOffer) => void
}

export interface CollectorToServer {
  batch: (batch: Batch, acknowledge: (ack: BatchAck) => void) => void
  progress: (progress: JobProgress) => void
  health: (health: CollectorHealth) => void
  /** Since version 2. Asks what time it is at the server, UTC epoch ms. */
  time: (answer: (atMs: number) => void) => void
  /** Since version 2. Asks for a piece of a release that was offered, from this octet on. */
  release: (ask: { release: string; offset: number }, answer: (chunk: ReleaseChunk) => void) => void
  /** Asks for the whole assignment anew. */
  resync: () => void
}
