import { rangeOf, type AddressRange } from '@zongheng/inventory/address-range.ts'
import type { FoundDevice } from '../contract.ts'
import { openSealed, type Fact, type SnmpCredential } from '../contract.ts'
import type { Discovery } from '../discover/plan.ts'
import type { Icmp } from '../icmp/icmp.ts'
import type { Discoverer } from '../poll/discoverer.ts'
import type { SealingKeys } from '../seal.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import { Sweep, type Found } from '../sweep/sweep.ts'
import type { JobRunner, JobRunners } from './jobs.ts'

export interface SweepingParts {
  keys: SealingKeys
  engine: SnmpEngine
  icmp: Icmp
  discoverer: Discoverer
  onFact: (fact: Extract<Fact, { kind: 'found' }>) => void
  now: () => number
}

/** What stands anywhere answers within; a wrong community is never answered. */
const patience = { timeoutMs: 2_000, retries: 1 }

/** Tells each address that answers at once: a sweep that is killed has lost nothing but its place. */
export function sweepRunner({
  keys,
  engine,
  icmp,
  discoverer,
  onFact,
  now,
}: SweepingParts): JobRunners['sweep'] {
  const run: JobRunner<Extract<Parameters<JobRunners['sweep']>[0], { kind: 'sweep' }>> = async (
    job,
    signal,
    tell,
  ) => {
    const credentials = job.credentials.map(({ id, snmp }) => ({
      id,
      snmp: openSealed<SnmpCredential>(keys, snmp),
    }))
    const order = {
      ...job,
      ranges: ranges(job.ranges),
      within: ranges(job.within),
      without: ranges(job.without),
      credentials,
      patience,
    }
    const sweep = new Sweep(order, {
      icmp,
      engine,
      profiles: discoverer.profiles,
      signal,
      onFound: (found) => onFact({ kind: 'found', jobId: job.id, atMs: now(), ...answering(found) }),
      onCount: (count) => tell(`${count.asked}`, { count }),
    })
    return { result: { kind: 'sweep', count: await sweep.run() } }
  }
  return run
}

const ranges = (texts: readonly string[]): AddressRange[] => texts.flatMap((text) => rangeOf(text) ?? [])

const answering = ({ address, rttMs, from, device, beside }: Found) => ({
  address,
  rttMs,
  from,
  credentialId: device?.credentialId ?? null,
  device: device?.discovery ? foundDevice(device.discovery) : null,
  beside,
})

const foundDevice = ({ identity, interfaces, sensors, addresses }: Discovery): FoundDevice => ({
  identity,
  interfaces,
  sensors: sensors.map(({ facts }) => facts),
  addresses: (addresses ?? []).map(({ address }) => address),
})
