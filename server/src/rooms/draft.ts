import { newId } from '@zongheng/inventory/id.ts'
import type { Mount } from '@zongheng/inventory/rack.ts'
import type { Db } from '../db/database.ts'
import * as store from './store.ts'

/** A room to be made with all that is in it. */
export interface RoomDraft {
  regionId: string
  siteId: string
  name: string
  floor: string | null
  racks: { name: string; units: number; mounts: Mount[] }[]
  standing: string[]
}

/** Within the caller's transaction; answers its id. `stand`: where a device stands that is in no rack. */
export async function createRoom(
  tx: Db,
  { racks, standing, regionId, siteId, name, floor }: RoomDraft,
  now: number,
  stand: (tx: Db, deviceId: string, roomId: string) => Promise<unknown>,
): Promise<string> {
  const stamps = { archived_at: null, created_at: now, updated_at: now }
  const id = newId('room')
  await store.insertRoom(tx, { id, region_id: regionId, site_id: siteId, name, floor, note: null, ...stamps })
  for (const [position, rack] of racks.entries()) {
    const rackId = newId('rack')
    const row = { id: rackId, region_id: regionId, room_id: id, name: rack.name, units: rack.units, position }
    await store.insertRack(tx, { ...row, ...stamps })
    for (const { deviceId, unit, height, face } of rack.mounts)
      await store.insertMount(tx, { device_id: deviceId, rack_id: rackId, unit, height, face })
  }
  for (const deviceId of standing) await stand(tx, deviceId, id)
  return id
}
