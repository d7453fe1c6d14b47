/** Where what is recorded of circuits is not what stands there. */
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitModel } from '../estate/model.ts'
import { endsAt, type Ground } from './ground.ts'
import type { Connection, ConnectionEnd, Difference, wordFields } from './schema.ts'

type Told<D> = D extends unknown ? Omit<D, 'dismissal'> : never
export type BareDifference = Told<Difference>
type EndName = 'a' | 'z'

export function differencesOf(ground: Ground, connections: readonly Connection[]): BareDifference[] {
  const circuits = new Map(ground.circuits.map((circuit) => [circuit.id, circuit]))
  const between = connections.flatMap((one): BareDifference[] => {
    if (one.agreement === 'conflicting')
      return [{ kind: 'conflicting', key: `conflicting ${one.key}`, connection: one.key }]
    if (one.standing !== 'elsewhere') return []
    return one.circuits.flatMap(({ id }) => otherEnds(ground, circuits.get(id)!, one))
  })
  return [...between, ...ground.circuits.flatMap((circuit) => otherWords(ground, circuit))]
}

/** One end as recorded: the other is elsewhere. Neither, and only the number is the same: both are. */
function otherEnds(ground: Ground, circuit: CircuitModel, { a, z }: Connection): BareDifference[] {
  const isTurned = endsAt(circuit.a, z) || endsAt(circuit.z, a) || isAt(ground, circuit.a, z)
  const found = isTurned ? { a: z, z: a } : { a, z }
  return (['a', 'z'] as const).flatMap((end) => otherEnd(ground, circuit, end, found[end]))
}

const isAt = (ground: Ground, end: CircuitModel['a'], { deviceId }: ConnectionEnd) =>
  ground.isDrawn(end.deviceId) && ground.siteOf(end.deviceId) === ground.siteOf(deviceId)

function otherEnd(
  ground: Ground,
  circuit: CircuitModel,
  end: EndName,
  found: ConnectionEnd,
): BareDifference[] {
  const recorded = circuit[end]
  if (endsAt(recorded, found) || found.interfaceId === null || !ground.isDrawn(recorded.deviceId)) return []
  return [
    {
      kind: 'other-end',
      key: `other-end ${circuit.id} ${end} ${found.interfaceId}`,
      ...refs(circuit),
      end,
      recorded: ground.end(recorded),
      found,
      isMovable: isAt(ground, recorded, found),
    },
  ]
}

const refs = ({ id, number, linkId }: CircuitModel) => ({ circuit: { id, name: number }, linkId })

// ---- what is written on a port ------------------------------------------------------------------

type Field = (typeof wordFields)[number]

/** What both ends say alike is told once. */
function otherWords(ground: Ground, circuit: CircuitModel): BareDifference[] {
  const told = new Set<string>()
  return [circuit.a, circuit.z].flatMap((at) => {
    if (!ground.isDrawn(at.deviceId)) return []
    const end = ground.end(at)
    const carrier = ground.wordsOf(circuit.carrier).carrier
    const recorded = { ...circuit, carrier }
    return fields.flatMap(([field, isSame]): BareDifference[] => {
      const [said, is] = [end.says[field], recorded[field]]
      if (said === null || is === null || isSame(said as never, is as never) || told.has(`${field} ${said}`)) return [] // prettier-ignore
      told.add(`${field} ${said}`)
      const key = `words ${circuit.id} ${field} ${end.interfaceId} ${said}`
      return [{ kind: 'words', key, ...refs(circuit), end, field, recorded: is, said }]
    })
  })
}

/** Separators are written as one likes. */
const bare = (number: string) => number.toUpperCase().replace(/[\s_/-]/g, '')
/** An E1 is 2 Mbit/s to everybody. */
const nearly = 0.05
/** A word for the fibre says nothing of what is on it; one for a VPN not always of which. */
const accessKind = (access: Access) => (access.endsWith('vpn') ? 'vpn' : access)

type Same = { [F in Field]: readonly [F, (said: never, recorded: never) => boolean] }[Field]
const fields: readonly Same[] = [
  ['number', (said: string, recorded: string) => bare(recorded).includes(bare(said)) || bare(said).includes(bare(recorded))], // prettier-ignore
  ['carrier', (said: string, recorded: string) => said === recorded],
  [
    'access',
    (said: Access, recorded: Access) =>
      [said, recorded].includes('fibre') || accessKind(said) === accessKind(recorded),
  ],
  ['bandwidthBps', (said: number, recorded: number) => Math.abs(said - recorded) <= recorded * nearly],
  ['role', (said: string, recorded: string) => said === recorded],
]
