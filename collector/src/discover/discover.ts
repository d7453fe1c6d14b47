import type { Profile } from '@zongheng/inventory/profile.ts'
import { forDevice } from '@zongheng/inventory/profile-library.ts'
import { probesOf, recognise, type Recognised } from '@zongheng/inventory/profile-recognise.ts'
import type { SnmpReader } from '../snmp/session.ts'
import { discoverAddresses } from './addresses.ts'
import { discoverBgpPeers } from './bgp-peers.ts'
import { discoverFills } from './fills.ts'
import { identify, type SystemGroup } from './identity.ts'
import { discoverInterfaces, interfaceNames } from './interfaces.ts'
import { discoverChassisId, discoverNeighbours } from './neighbours.ts'
import { discoverOspfNeighbours } from './ospf-neighbours.ts'
import type { Discovery } from './plan.ts'
import { discoverSensors } from './sensors.ts'
import { discoverSupplies } from './supplies.ts'
import { readTwice, Tables } from './tables.ts'
import { textOf } from './text.ts'
import { discoverMemory, discoverProcessors, discoverStorage } from './usage.ts'
import { discoverVlans } from './vlans.ts'

const sysDescr = '1.3.6.1.2.1.1.1.0'
const sysObjectID = '1.3.6.1.2.1.1.2.0'
const sysName = '1.3.6.1.2.1.1.5.0'

export interface DiscoverOptions {
  /** After this no further table is begun; what was found until then is the result. */
  timeLimitMs?: number
  now?: () => number
}

async function readSystem(reader: SnmpReader): Promise<SystemGroup> {
  const values = await reader.get([sysDescr, sysObjectID, sysName])
  return {
    sysDescr: textOf(values.get(sysDescr)),
    // Some cards send it as text, with a dot before it.
    sysObjectID: textOf(values.get(sysObjectID)).replace(/^\./, ''),
    sysName: textOf(values.get(sysName)),
  }
}

async function recognised(reader: SnmpReader, profiles: Profile[], system: SystemGroup): Promise<Recognised> {
  const asked = probesOf(profiles, system)
  const answers = asked.length > 0 ? await reader.get(asked) : []
  const probed = new Map([...answers].map(([oid, value]) => [oid, textOf(value)]))
  return recognise(profiles, { ...system, probed })
}

/**
 * Finds out who a device is and how to measure it. Throws the reader's error when the device does not answer for its
 * system group or its interfaces; anything else that fails is left out and told in `problems`.
 */
export async function discover(
  reader: SnmpReader,
  profiles: Profile[],
  options: DiscoverOptions = {},
): Promise<Discovery> {
  const { timeLimitMs = 120_000, now = Date.now } = options
  const tables = new Tables(reader, now() + timeLimitMs, now)
  const system = await readSystem(reader)
  const known = await recognised(reader, profiles, system)
  const profile = forDevice(known.profile, system.sysObjectID)
  reader.setManners?.(profile.quirks)
  return readTwice(tables, () => sections(tables, known, profile, system))
}

/** What the tables say: all of it is read beside one another, and only what needs another section waits for that. */
async function sections(
  tables: Tables,
  known: Recognised,
  profile: Profile,
  system: SystemGroup,
): Promise<Discovery> {
  const ports = discoverInterfaces(tables, profile.quirks)
  const identified = identify(tables, profile, system)
  const suppliesOf = ({ identity: { category } }: Awaited<typeof identified>) =>
    category === 'printer' ? discoverSupplies(tables) : []
  const [interfaces, { identity, origins }, processors, memory, storage, supplies, neighbours, chassisId, vlans, addresses, bgpPeers, ospfNeighbours, sensors] =
    await Promise.all([
      ports,
      identified,
      discoverProcessors(tables, profile),
      discoverMemory(tables, profile),
      discoverStorage(tables, profile),
      identified.then(suppliesOf),
      discoverNeighbours(tables, ports),
      discoverChassisId(tables),
      discoverVlans(tables, profile),
      discoverAddresses(tables),
      discoverBgpPeers(tables, profile),
      discoverOspfNeighbours(tables),
      discoverSensors(tables, profile),
    ]) // prettier-ignore
  const names = await interfaceNames(tables, interfaces)
  const fills = await discoverFills(tables, storage, supplies)
  return {
    profile: profile.name,
    identity,
    recognition: { rule: known.rule, identity: origins },
    interfaces,
    names,
    processors,
    cpuCombination: profile.cpuCombination ?? 'max',
    memory,
    storage,
    supplies,
    fills,
    neighbours,
    chassisId,
    vlans,
    addresses,
    bgpPeers,
    ospfNeighbours,
    sensors,
    ...(Object.keys(profile.quirks).length > 0 && { quirks: profile.quirks }),
    problems: tables.problems,
  }
}
