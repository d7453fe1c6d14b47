import type { PointState } from '@zongheng/inventory/information-point.ts'
import type { Selectable } from 'kysely'
import type { Tables } from '../db/tables.ts'

/** What people record of a point, in the API's words. */
export interface PointRecord {
  code: string
  roomId: string | null
  place: string
  panel: string
  interfaceId: string | null
  deviceId: string | null
  asset: string
  usedBy: string
  note: string
  state: PointState
}

type Row = Selectable<Tables['information_points']>

export const recordOf = (row: Row): PointRecord => ({
  code: row.code,
  roomId: row.room_id,
  place: row.place,
  panel: row.panel,
  interfaceId: row.interface_id,
  deviceId: row.device_id,
  asset: row.asset,
  usedBy: row.used_by,
  note: row.note,
  state: row.state as PointState,
})

export const columnsOf = (record: PointRecord) => ({
  code: record.code,
  room_id: record.roomId,
  place: record.place,
  panel: record.panel,
  interface_id: record.interfaceId,
  device_id: record.deviceId,
  asset: record.asset,
  used_by: record.usedBy,
  note: record.note,
  state: record.state,
})
