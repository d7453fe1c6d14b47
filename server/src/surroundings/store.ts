/** What a device said of its surroundings, and who may be meant: the only SQL that knows. */
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

export const saidBy = (db: Db, deviceId: string) =>
  db
    .selectFrom('device_surroundings')
    .select(['surroundings', 'at'])
    .where('device_id', '=', deviceId)
    .executeTakeFirst()

export const portsOf = (db: Db, deviceId: string) =>
  db.selectFrom('interfaces').select(['if_index', 'if_name']).where('device_id', '=', deviceId).where('if_index', 'is not', null).execute() // prettier-ignore

/** Devices that call themselves so; `names` in lower case. */
export const named = async (db: Db, names: string[]) =>
  names.length === 0
    ? []
    : db
        .selectFrom('devices')
        .select(['id', sql<string>`lower(sys_name)`.as('mark')])
        .where(sql`lower(sys_name)`, 'in', names)
        .where('archived_at', 'is', null)
        .execute()

/** Devices with an interface of these MACs. */
export const withMacs = async (db: Db, macs: string[]) =>
  macs.length === 0
    ? []
    : db
        .selectFrom('interfaces')
        .innerJoin('devices', 'devices.id', 'interfaces.device_id')
        .select(['devices.id', 'interfaces.if_phys_address as mark'])
        .where('if_phys_address', 'in', macs)
        .where('archived_at', 'is', null)
        .distinct()
        .execute()
