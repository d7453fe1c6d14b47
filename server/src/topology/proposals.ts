/** Links and circuits that nobody recorded: one proposal for each two sites, as complete as their ports tell. */
import type { CarrierKey } from '@zongheng/inventory/circuit-word-tables.ts'
import { deviceRoles } from '@zongheng/inventory/device.ts'
import { tiers } from '@zongheng/inventory/region.ts'
import type { SiteModel } from '../estate/model.ts'
import type { Ground } from './ground.ts'
import type { Connection, ConnectionEnd, LinkProposal, ProposedCircuit } from './schema.ts'

export type BareProposal = Omit<LinkProposal, 'dismissal'>

/** Where no circuit of theirs is recorded yet. */
const carrierNames: Record<CarrierKey, string> = {
  telecom: '中国电信',
  unicom: '中国联通',
  mobile: '中国移动',
  broadnet: '中国广电',
}

export function proposalsOf(ground: Ground, connections: readonly Connection[]): BareProposal[] {
  const free = connections.filter(
    ({ standing, agreement, a, z }) =>
      standing === 'unrecorded' && agreement !== 'conflicting' && a.interfaceId !== null && z.interfaceId !== null, // prettier-ignore
  )
  const lines = free.map((connection) => lineOf(ground, connection))
  const bySites = Map.groupBy(lines, ({ upper, lower }) => `${upper.site.id} ${lower.site.id}`)
  const names = carriersOf(ground)
  return [...bySites.values()].map((some) => proposalOf(ground, some, names))
}

interface Line {
  connection: Connection
  upper: { end: ConnectionEnd; site: SiteModel }
  lower: { end: ConnectionEnd; site: SiteModel }
}

/** The upper end is of the higher tier; within one, where the more central device stands. */
function lineOf(ground: Ground, connection: Connection): Line {
  const ends = [connection.a, connection.z].map((end) => ({ end, site: ground.siteOf(end.deviceId) }))
  const [upper, lower] = ends.sort((one, other) =>
    compare(rankOf(ground, one.end), rankOf(ground, other.end)),
  )
  return { connection, upper: upper!, lower: lower! }
}

function rankOf({ model, siteOf }: Ground, { deviceId }: ConnectionEnd): (number | string)[] {
  const site = siteOf(deviceId)
  const { tier } = model.regions.get(site.regionId)!
  const role = deviceRoles.indexOf(model.devices.get(deviceId)!.role)
  return [tiers.indexOf(tier), role, site.name, site.id]
}

function compare(one: readonly (number | string)[], other: readonly (number | string)[]): number {
  const at = one.findIndex((value, i) => value !== other[i])
  return at < 0 ? 0 : one[at]! < other[at]! ? -1 : 1
}

function proposalOf(
  ground: Ground,
  lines: readonly Line[],
  carriers: ReadonlyMap<CarrierKey, string>,
): BareProposal {
  const { upper, lower } = lines[0]!
  const linkId = ground.linkBetween(upper.end.deviceId, lower.end.deviceId)
  const circuits = lines.map((line) => circuitOf(ground, line, carriers)).sort(byRank)
  return {
    key: `link ${circuits.map(({ connection }) => connection).sort()[0]!}`,
    upper: refOf(upper.site),
    lower: refOf(lower.site),
    linkId,
    circuits: circuits.map((one, i) => ({ ...one, role: i === 0 && linkId === null ? 'primary' : 'backup' })),
  }
}

const refOf = ({ id, name }: SiteModel) => ({ id, name })

function circuitOf(
  ground: Ground,
  { connection, upper, lower }: Line,
  carriers: ReadonlyMap<CarrierKey, string>,
): ProposedCircuit {
  const [a, z] = [upper.end.says, lower.end.says]
  const carrier = a.carrier ?? z.carrier
  return {
    connection: connection.key,
    role: a.role ?? z.role ?? 'backup',
    number: a.number ?? z.number,
    carrier: carrier && (carriers.get(carrier) ?? carrierNames[carrier]),
    access: a.access ?? z.access,
    bandwidthBps: a.bandwidthBps ?? z.bandwidthBps,
    aInterfaceId: upper.end.interfaceId!,
    zInterfaceId: lower.end.interfaceId!,
    legAddress: ground.addressOf(lower.end),
  }
}

/** What is said to be primary, then the wider one. */
const byRank = (one: ProposedCircuit, other: ProposedCircuit) =>
  Number(other.role === 'primary') - Number(one.role === 'primary') ||
  (other.bandwidthBps ?? 0) - (one.bandwidthBps ?? 0) ||
  (one.connection < other.connection ? -1 : 1)

/** By the name most of a carrier's circuits are recorded with. */
function carriersOf({ model, wordsOf }: Ground): Map<CarrierKey, string> {
  const counts = new Map<string, number>()
  for (const { carrier } of model.circuits.values()) counts.set(carrier, (counts.get(carrier) ?? 0) + 1)
  const names = new Map<CarrierKey, string>()
  for (const [name] of [...counts].sort(([, one], [, other]) => one - other)) {
    const key = wordsOf(name).carrier
    if (key) names.set(key, name)
  }
  return names
}
