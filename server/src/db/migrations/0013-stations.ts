import type { Kysely } from 'kysely'
import { build } from '../build.ts'
import type { Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  stations: { device_id: 'text', if_name: 'text', mac: 'text', since: 'int' },
  station_addresses: { device_id: 'text', mac: 'text', address: 'text' },
  station_tellings: { device_id: 'text', crowded: 'text', at: 'int' },
}

export const up = (db: Kysely<never>): Promise<void> =>
  build(db, {
    tables,
    added: [],
    uniques: {
      stations_device: ['stations', 'device_id', 'if_name', 'mac'],
      station_addresses_device: ['station_addresses', 'device_id', 'address'],
      station_tellings_device: ['station_tellings', 'device_id'],
    },
    indexes: {
      stations_mac: ['stations', 'mac'],
      station_addresses_mac: ['station_addresses', 'mac'],
      station_addresses_address: ['station_addresses', 'address'],
      interfaces_mac: ['interfaces', 'if_phys_address'],
    },
  })
