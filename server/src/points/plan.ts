/** Rows of a sheet become points, if every one of them is right and agrees with the others and with what exists. Pure. */
import type { DeviceModel, EstateModel, SiteModel } from '../estate/model.ts'
import type { ErrorList, Numbered } from '../estate/import/rows.ts'
import type { FindingCode } from '../estate/import/words.ts'
import type { PointRow, pointSheets } from './columns.ts'
import type { PointRecord } from './record.ts'

/** Of every point, whosever it is. */
export interface Taken {
  id: string
  siteId: string
  code: string
  interfaceId: string | null
}

export interface PointKnown {
  model: EstateModel
  isSeen: (regionId: string) => boolean
  taken: readonly Taken[]
  /** What is recorded of a point that exists. */
  recordOf: (id: string) => PointRecord
  /** Of others the file says nothing. */
  columns: ReadonlySet<string>
}

export interface PlannedPoint {
  /** Null: a new one. */
  id: string | null
  site: SiteModel
  record: PointRecord
}

type Errors = ErrorList<keyof typeof pointSheets>

const nothing = { roomId: null, place: '', panel: '', interfaceId: null, deviceId: null, asset: '', usedBy: '', note: '' } // prettier-ignore

export function planPoints(
  rows: readonly Numbered<PointRow>[],
  known: PointKnown,
  errors: Errors,
): PlannedPoint[] {
  // prettier-ignore
  const places = new Places(known)
  const idOf = new Map(known.taken.map(({ id, siteId, code }) => [`${siteId} ${code}`, id]))
  const codes = new Set<string>()
  const planned = rows.flatMap((row) => {
    const wrong = (column: keyof PointRow, code: FindingCode) => {
      errors.add('points', row.row, column, code)
      return []
    }
    const site = places.site(row)
    if (typeof site === 'string') return wrong('site', site)
    const key = `${site.id} ${row.code}`
    if (codes.has(key)) return wrong('code', 'duplicate-code')
    codes.add(key)
    const id = idOf.get(key) ?? null
    const joined = places.joined(row, site)
    if ('code' in joined) return wrong(joined.column, joined.code)
    return { row: row.row, id, site, record: recordOf(row, joined, id === null ? null : known.recordOf(id), known.columns) } // prettier-ignore
  })
  refusePortsTwice(planned, known.taken, errors)
  return planned
}

function recordOf(
  row: PointRow,
  joined: Joined,
  before: PointRecord | null,
  columns: ReadonlySet<string>,
): PointRecord {
  const base = before ?? nothing
  const texts = (['place', 'panel', 'asset', 'usedBy', 'note'] as const).map((name) => [name, columns.has(name) ? (row[name] ?? '') : base[name]] as const) // prettier-ignore
  const record = {
    ...(Object.fromEntries(texts) as Record<(typeof texts)[number][0], string>),
    code: row.code,
    roomId: columns.has('room') ? joined.roomId : base.roomId,
    interfaceId: columns.has('port') ? joined.interfaceId : base.interfaceId,
    deviceId: columns.has('device') ? joined.deviceId : base.deviceId,
  }
  const isUsed = record.deviceId !== null || record.asset !== '' || record.usedBy !== ''
  return { ...record, state: row.state ?? before?.state ?? (isUsed ? 'used' : 'free') }
}

interface Joined {
  roomId: string | null
  interfaceId: string | null
  deviceId: string | null
}
interface Wrong {
  column: keyof PointRow
  code: FindingCode
}

/** What names in a row stand for. */
class Places {
  readonly #known: PointKnown
  readonly #sites: Map<string, SiteModel[]>
  readonly #devices: Map<string, DeviceModel[]>
  readonly #rooms: Map<string, string>

  constructor(known: PointKnown) {
    const { model, isSeen } = known
    this.#known = known
    this.#sites = Map.groupBy([...model.sites.values()].filter(({ regionId }) => isSeen(regionId)), ({ name }) => name) // prettier-ignore
    this.#devices = Map.groupBy([...model.devices.values()].filter(({ regionId }) => isSeen(regionId)), ({ name }) => name) // prettier-ignore
    this.#rooms = new Map(
      Array.from(model.rooms.values(), ({ id, siteId, name }) => [`${siteId} ${name}`, id]),
    )
  }

  site({ site, regionCode }: PointRow): SiteModel | FindingCode {
    const { regions } = this.#known.model
    const found = (this.#sites.get(site) ?? []).filter(({ regionId }) => !regionCode || regions.get(regionId)?.code === regionCode) // prettier-ignore
    if (found.length > 1) return 'ambiguous-site'
    return found[0] ?? 'unknown-site'
  }

  joined(row: PointRow, site: SiteModel): Joined | Wrong {
    const roomId = row.room === undefined ? null : (this.#rooms.get(`${site.id} ${row.room}`) ?? '')
    if (roomId === '') return { column: 'room', code: 'unknown-room' }
    const hanging = row.device === undefined ? null : this.#device(row.device, site)
    if (typeof hanging === 'string') return { column: 'device', code: hanging }
    if (row.port === undefined) return { roomId, interfaceId: null, deviceId: hanging?.id ?? null }
    if (row.switch === undefined) return { column: 'switch', code: 'port-without-device' }
    const device = this.#device(row.switch, site)
    if (typeof device === 'string') return { column: 'switch', code: device }
    const port = device.interfaces.find(({ ifName }) => ifName === row.port)
    if (!port) return { column: 'port', code: 'unknown-port' }
    return { roomId, interfaceId: port.id, deviceId: hanging?.id ?? null }
  }

  /** Of several of a name the one at the point's own site. */
  #device(name: string, site: SiteModel): DeviceModel | FindingCode {
    const found = this.#devices.get(name) ?? []
    const here = found.filter(({ siteId }) => siteId === site.id)
    const [only, ...more] = here.length > 0 ? here : found
    if (more.length > 0) return 'ambiguous-device'
    return only ?? 'unknown-device'
  }
}

/** As things will stand when all of them are taken over: two may exchange their ports. */
function refusePortsTwice(
  planned: (PlannedPoint & { row: number })[],
  taken: readonly Taken[],
  errors: Errors,
) {
  // prettier-ignore
  const changed = new Set(planned.map(({ id }) => id))
  const ports = new Set(taken.flatMap(({ id, interfaceId }) => (changed.has(id) ? [] : (interfaceId ?? []))))
  for (const { row, record } of planned) {
    if (record.interfaceId === null) continue
    if (ports.has(record.interfaceId)) errors.add('points', row, 'port', 'port-taken')
    ports.add(record.interfaceId)
  }
}
