import type { Kysely } from 'kysely'
import { build } from '../build.ts'
import { stamps, type Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  information_points: { id: 'text', region_id: 'text', site_id: 'text', room_id: 'text?', code: 'text', place: 'text', panel: 'text', interface_id: 'text?', device_id: 'text?', asset: 'text', used_by: 'text', note: 'text', state: 'text', ...stamps },
}

export const up = (db: Kysely<never>): Promise<void> =>
  build(db, {
    tables,
    added: [],
    uniques: {
      information_points_code: ['information_points', 'site_id', 'code'],
      information_points_interface: ['information_points', 'interface_id'],
    },
    indexes: {
      information_points_region: ['information_points', 'region_id'],
      information_points_room: ['information_points', 'room_id'],
      information_points_device: ['information_points', 'device_id'],
    },
  })
