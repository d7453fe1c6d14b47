/** Points as the API shows them: what is recorded, and beside it what the network shows of the port. */
import { findingsOf, type PointState } from '@zongheng/inventory/information-point.ts'
import type { CableSeen } from '@zongheng/inventory/surroundings.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { Readings } from '../estate/readings.ts'
import { statusOf } from '../estate/views.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { OnPorts, StationService } from '../stations/service.ts'
import { cablesOf } from '../topology/surroundings.ts'
import type { Point } from './schema.ts'
import * as store from './store.ts'

type Scope = Pick<Viewer, 'regionPaths'>
type Row = store.PointRow

export interface PointSight {
  viewer: Scope
  model: EstateModel
  readings: Pick<Readings, 'interface'>
  stations: Pick<StationService, 'onPorts'>
  nowMs: number
}

export async function pointViews(db: Db, rows: readonly Row[], sight: PointSight): Promise<Point[]> {
  const distinct = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))]
  const switches = distinct(rows.map((row) => row.switch_id))
  const cables = await cablesOf(db, switches)
  const stations = await sight.stations.onPorts(sight.viewer, switches)
  const macs = Map.groupBy(await store.macsOf(db, distinct(rows.map((row) => row.device_id))), (row) => row.device_id) // prettier-ignore
  return rows.map((row) => {
    const macsOf = (macs.get(row.device_id ?? '') ?? []).map((one) => one.if_phys_address)
    const neighbours = (cables.get(row.switch_id ?? '') ?? []).filter(({ ifName }) => ifName === row.if_name)
    const onPorts: OnPorts = stations.get(row.switch_id ?? '') ?? new Map()
    return pointView(row, { neighbours, onPorts }, macsOf, sight)
  })
}

/** What the switch says of the port, and of what hangs on others. */
interface Seen {
  neighbours: CableSeen[]
  onPorts: OnPorts
}

function pointView(row: Row, said: Seen, macs: string[], sight: PointSight): Point {
  const { viewer, model, nowMs } = sight
  const port = portOf(row, sight)
  const here = said.onPorts.get(row.if_name ?? '') ?? []
  const otherPort = here.some(({ mac }) => macs.includes(mac)) ? null : portOfAny(macs, said.onPorts)
  const hanging = row.hanging_name === null ? null : { names: [row.hanging_name, row.hanging_sys_name ?? ''], macs, otherPort } // prettier-ignore
  const seen = port && { isThere: !port.isGone, ifOperStatus: port.ifOperStatus, sinceMs: port.since, neighbours: said.neighbours } // prettier-ignore
  const state = row.state as PointState
  return {
    id: row.id,
    code: row.code,
    region: { id: row.region_id, name: row.region_name },
    site: { id: row.site_id, name: row.site_name },
    room: row.room_id !== null && row.room_name !== null ? { id: row.room_id, name: row.room_name } : null,
    place: row.place,
    panel: row.panel,
    port,
    device: seenBy(viewer, model, row.device_id, row.hanging_name, row.hanging_region_id),
    asset: row.asset,
    usedBy: row.used_by,
    note: row.note,
    state,
    neighbours: port?.device
      ? said.neighbours.map(({ protocol, sysName, chassisId, portId, portDescr }) => ({ protocol, sysName, chassisId, portId, portDescr })) // prettier-ignore
      : [],
    stations: port?.device ? [...here] : [],
    otherPort: port?.device ? otherPort : null,
    findings: findingsOf(state, seen, hanging, nowMs),
    updatedAt: row.updated_at,
  }
}

function portOf(row: Row, { viewer, model, readings }: PointSight): Point['port'] {
  if (row.interface_id === null) return null
  const isGone = row.switch_id === null || row.if_index === null
  const kept = { admin: row.if_admin_status ?? '', oper: row.if_oper_status ?? '' }
  return {
    interfaceId: row.interface_id,
    device: seenBy(viewer, model, row.switch_id, row.switch_name, row.switch_region_id),
    ifName: row.if_name ?? '',
    ifAlias: row.if_alias ?? '',
    ...statusOf(readings, row.interface_id, kept),
    since: readings.interface(row.interface_id)?.operSinceMs ?? row.oper_since,
    ifSpeedBps: row.if_speed_bps,
    isGone,
  }
}

const portOfAny = (macs: readonly string[], onPorts: OnPorts): string | null =>
  [...onPorts].find(([, all]) => all.some(({ mac }) => macs.includes(mac)))?.[0] ?? null

/** A device of another region is not named. */
function seenBy(
  viewer: Scope,
  { regions }: EstateModel,
  id: string | null,
  name: string | null,
  regionId: string | null,
): Point['device'] {
  const isSeen = id !== null && name !== null && covers(viewer, regions.get(regionId ?? '')?.path ?? '')
  return isSeen ? { id, name } : null
}
