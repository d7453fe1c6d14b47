/** What exists, read from the database; `store-write.ts` writes it. Every list goes through the scope. */
import { contains } from '../db/contains.ts'
import type { Db } from '../db/database.ts'
import { keysetPage, type Paging } from '../http/paging.ts'
import { inScope, inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

export type Scope = Pick<Viewer, 'regionPaths'>

// ---- sites ----------------------------------------------------------------------------

const sites = (db: Db) =>
  db
    .selectFrom('sites')
    .innerJoin('regions', 'regions.id', 'sites.region_id')
    .selectAll('sites')
    .select(['regions.name as region_name', 'regions.code as region_code'])

export interface SiteFilter extends Paging {
  regionId?: string | undefined
  q?: string | undefined
  /** In the name or the number of whoever is its contact, or its own name. */
  contact?: string | undefined
}

export function listSites(db: Db, scope: Scope, filter: SiteFilter) {
  let query = sites(db).where(isInScope('sites.region_id', scope, db))
  if (filter.regionId) query = query.where('sites.region_id', 'in', inSubtree(filter.regionId, db))
  if (filter.q) query = query.where(contains(['sites.name', 'sites.address'], filter.q))
  if (filter.contact) query = query.where(contains(['sites.contact', 'sites.contact_phone', 'sites.name'], filter.contact)) // prettier-ignore
  return keysetPage(query, filter, [{ column: 'regions.code', as: 'region_code' }, { column: 'sites.id' }])
}

export const siteById = (db: Db, scope: Scope, id: string) =>
  sites(db).where('sites.id', '=', id).where('sites.region_id', 'in', inScope(scope, db)).executeTakeFirst()

export const firstSiteOf = (db: Db, regionId: string) =>
  db.selectFrom('sites').select('id').where('region_id', '=', regionId).orderBy('id').executeTakeFirst()

export const siteNames = (db: Db) =>
  db.selectFrom('sites').select(['id', 'region_id', 'name']).orderBy('id').execute()

export type SiteRow = NonNullable<Awaited<ReturnType<typeof siteById>>>

// ---- devices ----------------------------------------------------------------------------

const devices = (db: Db) =>
  db
    .selectFrom('devices')
    .innerJoin('regions', 'regions.id', 'devices.region_id')
    .innerJoin('sites', 'sites.id', 'devices.site_id')
    .selectAll('devices')
    .select(['regions.name as region_name', 'regions.code as region_code', 'sites.name as site_name'])
    .where('devices.archived_at', 'is', null)

export interface DeviceFilter extends Paging {
  regionId?: string | undefined
  siteId?: string | undefined
  role?: string | undefined
  q?: string | undefined
}

const deviceTexts = [
  'devices.name',
  'devices.address',
  'devices.hardware',
  'devices.serial',
  'devices.sys_name',
]
const deviceKeys = [
  { column: 'regions.code', as: 'region_code' },
  { column: 'devices.name' },
  { column: 'devices.id' },
]
export const keysOfDevice = (row: DeviceRow) => [row.region_code, row.name, row.id]

export function listDevices(db: Db, scope: Scope, filter: DeviceFilter) {
  let query = devices(db).where(isInScope('devices.region_id', scope, db))
  if (filter.regionId) query = query.where('devices.region_id', 'in', inSubtree(filter.regionId, db))
  if (filter.siteId) query = query.where('devices.site_id', '=', filter.siteId)
  if (filter.role) query = query.where('devices.role', '=', filter.role)
  if (filter.q) query = query.where(contains(deviceTexts, filter.q))
  return keysetPage(query, filter, deviceKeys)
}

export const deviceById = (db: Db, scope: Scope, id: string) =>
  devices(db)
    .where('devices.id', '=', id)
    .where('devices.region_id', 'in', inScope(scope, db))
    .executeTakeFirst()

export type DeviceRow = NonNullable<Awaited<ReturnType<typeof deviceById>>>

/** By what devices are known again, and the MACs of their interfaces. */
export const deviceMarks = (db: Db) =>
  db
    .selectFrom('devices')
    .select(['id', 'address', 'port', 'answers_from', 'serial', 'sys_name', 'sys_object_id'])
    .where('archived_at', 'is', null)
    .execute()
export const interfaceMacs = (db: Db) =>
  db
    .selectFrom('interfaces')
    .select(['device_id', 'if_phys_address'])
    .where('if_phys_address', '!=', '')
    .execute()

export const deviceAt = (db: Db, address: string, port: number) =>
  db
    .selectFrom('devices')
    .innerJoin('regions', 'regions.id', 'devices.region_id')
    .select(['devices.id', 'devices.name', 'regions.path as region_path'])
    .where('address', '=', address)
    .where('port', '=', port)
    .where('archived_at', 'is', null)
    .executeTakeFirst()

/** Devices, of whoever, that are managed at one of these addresses. */
export async function devicesAtAddresses(db: Db, addresses: string[]) {
  if (addresses.length === 0) return []
  return db
    .selectFrom('devices')
    .innerJoin('regions', 'regions.id', 'devices.region_id')
    .select(['devices.id', 'devices.name', 'devices.address', 'regions.path as region_path'])
    .where('address', 'in', addresses)
    .where('archived_at', 'is', null)
    .orderBy('devices.id')
    .execute()
}

/** Name, address and port of every device that is not archived. */
export const deviceNames = (db: Db) =>
  db
    .selectFrom('devices')
    .select(['id', 'name', 'site_id', 'address', 'port', 'region_id'])
    .where('archived_at', 'is', null)
    .execute()

/** Names of the links that end at a device. */
export async function linksAtDevice(db: Db, deviceId: string): Promise<string[]> {
  const ends = db.selectFrom('interfaces').select('id').where('device_id', '=', deviceId)
  const rows = await db
    .selectFrom('circuits')
    .innerJoin('links', 'links.id', 'circuits.link_id')
    .select('links.name')
    .where((eb) =>
      eb.or([eb('circuits.a_interface_id', 'in', ends), eb('circuits.z_interface_id', 'in', ends)]),
    )
    .distinct()
    .execute()
  return rows.map((row) => row.name)
}

export const credentialsByIds = (db: Db, ids: string[]) =>
  db.selectFrom('credentials').select(['id', 'kind', 'secret']).where('id', 'in', ids).execute()

/** The collector that a new device goes to where none was named: the one beside the server. */
export const localCollector = (db: Db) =>
  db.selectFrom('collectors').select('id').where('is_local', '=', 1).executeTakeFirst()

/** Devices of a region and all below it that a collector polls, with the path of that collector's region; null: the root's. */
export const polledBelow = (db: Db, regionId: string) =>
  db
    .selectFrom('devices')
    .innerJoin('collectors', 'collectors.id', 'devices.collector_id')
    .leftJoin('sites', 'sites.id', 'collectors.site_id')
    .leftJoin('regions', (join) =>
      join.on((eb) => eb('regions.id', '=', eb.fn.coalesce('sites.region_id', 'collectors.region_id'))),
    )
    .select(['devices.id', 'devices.name', 'collectors.name as collector', 'regions.path as collector_path'])
    .where('devices.region_id', 'in', inSubtree(regionId, db))
    .where('devices.archived_at', 'is', null)
    .where('collectors.is_local', '=', 0)
    .execute()

/** Those that are not beside the server, with the path of their region; null: the root's. */
export const remoteCollectors = (db: Db) => collectors(db).where('collectors.is_local', '=', 0).execute()

/** With the path of the region that it belongs to; null: the root's. */
export const collectorById = (db: Db, id: string) =>
  collectors(db).where('collectors.id', '=', id).where('collectors.revoked_at', 'is', null).executeTakeFirst()

const collectors = (db: Db) =>
  db
    .selectFrom('collectors')
    .leftJoin('sites', 'sites.id', 'collectors.site_id')
    .leftJoin('regions', (join) =>
      join.on((eb) => eb('regions.id', '=', eb.fn.coalesce('sites.region_id', 'collectors.region_id'))),
    )
    .select(['collectors.id', 'collectors.name', 'regions.path as region_path'])

// ---- interfaces and sensors -----------------------------------------------------------------

/** `circuit_id`: what an interface terminates; the first, where tunnels share one. */
const interfaces = (db: Db, scope: Scope) =>
  db
    .selectFrom('interfaces')
    .innerJoin('devices', 'devices.id', 'interfaces.device_id')
    .selectAll('interfaces')
    .select((eb) =>
      eb
        .selectFrom('circuits')
        .select((circuit) => circuit.fn.min('circuits.id').as('id'))
        .where((circuit) =>
          circuit.or([
            circuit('circuits.a_interface_id', '=', circuit.ref('interfaces.id')),
            circuit('circuits.z_interface_id', '=', circuit.ref('interfaces.id')),
          ]),
        )
        .as('circuit_id'),
    )
    .where('devices.archived_at', 'is', null)
    .where(isInScope('devices.region_id', scope, db))

export const listInterfaces = (db: Db, scope: Scope, paging: Paging) =>
  keysetPage(interfaces(db, scope), paging, [{ column: 'interfaces.id' }])

export const interfacesOf = (db: Db, scope: Scope, deviceId: string) =>
  interfaces(db, scope).where('interfaces.device_id', '=', deviceId).execute()

export type InterfaceRow = Awaited<ReturnType<typeof interfacesOf>>[number]

/** Interfaces with the device and site they are at. */
export const interfaceEnds = (db: Db, ids: string[]) =>
  db
    .selectFrom('interfaces')
    .innerJoin('devices', 'devices.id', 'interfaces.device_id')
    .select(['interfaces.id', 'interfaces.if_name', 'interfaces.device_id', 'devices.site_id'])
    .where('interfaces.id', 'in', ids)
    .where('devices.archived_at', 'is', null)
    .execute()

/** Ports of devices that are watched, up at half duplex. */
export const halfDuplexPorts = (db: Db) =>
  db
    .selectFrom('interfaces')
    .innerJoin('devices', 'devices.id', 'interfaces.device_id')
    .select(['interfaces.id', 'interfaces.device_id', 'interfaces.if_name', 'interfaces.if_speed_bps'])
    .select('interfaces.updated_at')
    .where('interfaces.duplex', '=', 'half')
    .where('interfaces.if_oper_status', '=', 'up')
    .where('interfaces.if_index', 'is not', null)
    .where('devices.archived_at', 'is', null)
    .execute()

export const duplexesOf = (db: Db, ids: string[]) =>
  db
    .selectFrom('interfaces')
    .select(['id', 'duplex'])
    .where('id', 'in', ids)
    .where('duplex', 'is not', null)
    .execute()

export type InterfaceEnd = Awaited<ReturnType<typeof interfaceEnds>>[number]

export function listSensors(db: Db, scope: Scope, filter: Paging & { deviceId: string }) {
  const query = db
    .selectFrom('sensors')
    .innerJoin('devices', 'devices.id', 'sensors.device_id')
    .selectAll('sensors')
    .where('sensors.device_id', '=', filter.deviceId)
    .where('devices.archived_at', 'is', null)
    .where('devices.region_id', 'in', inScope(scope, db))
  return keysetPage(query, filter, [
    { column: 'sensors.class' },
    { column: 'sensors.key' },
    { column: 'sensors.id' },
  ])
}

export type SensorRow = Awaited<ReturnType<typeof listSensors>>['items'][number]

// ---- links -------------------------------------------------------------------------------------

const links = (db: Db) =>
  db
    .selectFrom('links')
    .innerJoin('regions', 'regions.id', 'links.region_id')
    .innerJoin('sites as upper', 'upper.id', 'links.upper_site_id')
    .innerJoin('sites as lower', 'lower.id', 'links.lower_site_id')
    .selectAll('links')
    .select(['regions.name as region_name', 'regions.code as region_code', 'regions.tier as tier'])
    .select(['upper.name as upper_name', 'lower.name as lower_name'])

/** A link is visible from both its ends. */
const visibleLinks = (db: Db, scope: Scope) =>
  links(db).where((eb) =>
    eb.or([isInScope('links.region_id', scope, db), isInScope('upper.region_id', scope, db)]),
  )

export interface LinkFilter extends Paging {
  regionId?: string | undefined
  siteId?: string | undefined
}

const linkKeys = [{ column: 'regions.code', as: 'region_code' }, { column: 'links.id' }]
export const keysOfLink = (row: LinkRow) => [row.region_code, row.id]

export function listLinks(db: Db, scope: Scope, filter: LinkFilter) {
  let query = visibleLinks(db, scope)
  if (filter.regionId) query = query.where('links.region_id', 'in', inSubtree(filter.regionId, db))
  const { siteId } = filter
  if (siteId) query = query.where((eb) => eb.or([eb('upper.id', '=', siteId), eb('lower.id', '=', siteId)]))
  return keysetPage(query, filter, linkKeys)
}

export const linkById = (db: Db, scope: Scope, id: string) =>
  visibleLinks(db, scope).where('links.id', '=', id).executeTakeFirst()

export const linksByIds = (db: Db, ids: string[]) => links(db).where('links.id', 'in', ids).execute()

export type LinkRow = NonNullable<Awaited<ReturnType<typeof linkById>>>

export const linkEnds = (db: Db) =>
  db.selectFrom('links').select(['upper_site_id', 'lower_site_id']).execute()

/** Circuits of some links in carrying order, with their carriers and both ends. */
export const circuitsOf = (db: Db, linkIds: string[]) =>
  db
    .selectFrom('circuits')
    .innerJoin('organisations', 'organisations.id', 'circuits.carrier_id')
    .innerJoin('interfaces as a', 'a.id', 'circuits.a_interface_id')
    .innerJoin('interfaces as z', 'z.id', 'circuits.z_interface_id')
    .innerJoin('devices as ad', 'ad.id', 'a.device_id')
    .innerJoin('devices as zd', 'zd.id', 'z.device_id')
    .selectAll('circuits')
    .select(['organisations.name as carrier', 'organisations.hotline as hotline'])
    .select(['ad.id as a_device_id', 'ad.name as a_device_name', 'a.if_name as a_if_name'])
    .select(['a.if_admin_status as a_if_admin_status', 'a.if_oper_status as a_if_oper_status'])
    .select(['zd.id as z_device_id', 'zd.name as z_device_name', 'z.if_name as z_if_name'])
    .select(['z.if_admin_status as z_if_admin_status', 'z.if_oper_status as z_if_oper_status'])
    .where('circuits.link_id', 'in', linkIds)
    .orderBy('circuits.position')
    .execute()

export type CircuitRow = Awaited<ReturnType<typeof circuitsOf>>[number]

export const linkOfCircuit = async (db: Db, id: string): Promise<string | undefined> =>
  (await db.selectFrom('circuits').select('link_id').where('id', '=', id).executeTakeFirst())?.link_id

export const circuitNumbered = (db: Db, carrier: string, number: string) =>
  db
    .selectFrom('circuits')
    .innerJoin('organisations', 'organisations.id', 'circuits.carrier_id')
    .select('circuits.id')
    .where('organisations.name', '=', carrier)
    .where('circuits.number', '=', number)
    .executeTakeFirst()

/** Every circuit's number with its carrier's name. */
export const circuitNumbers = (db: Db) =>
  db
    .selectFrom('circuits')
    .innerJoin('organisations', 'organisations.id', 'circuits.carrier_id')
    .select(['circuits.number', 'organisations.name as carrier'])
    .execute()

// ---- what other modules ask ---------------------------------------------------------------------

type EntityTable = 'devices' | 'sites' | 'links' | 'circuits' | 'interfaces' | 'sensors'

/** Ids of one table that lie within the scope. Links and circuits are visible from both ends. */
export async function idsInScope(db: Db, scope: Scope, table: EntityTable, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const visible = visibleLinks(db, scope).clearSelect().select('links.id')
  const ownDevices = db.selectFrom('devices').select('id').where('region_id', 'in', inScope(scope, db))
  const query = {
    devices: () => ownDevices.where('id', 'in', ids),
    sites: () =>
      db.selectFrom('sites').select('id').where('region_id', 'in', inScope(scope, db)).where('id', 'in', ids),
    links: () => visible.where('links.id', 'in', ids),
    circuits: () =>
      db.selectFrom('circuits').select('id').where('link_id', 'in', visible).where('id', 'in', ids),
    interfaces: () => interfacesInScope(db, scope, ids),
    sensors: () =>
      db.selectFrom('sensors').select('id').where('device_id', 'in', ownDevices).where('id', 'in', ids),
  }[table]
  return (await query().execute()).map((row) => row.id)
}

/** Interfaces of one's own devices, and both ends of circuits one may see. */
function interfacesInScope(db: Db, scope: Scope, ids: string[]) {
  const ownDevices = db.selectFrom('devices').select('id').where('region_id', 'in', inScope(scope, db))
  const visible = visibleLinks(db, scope).clearSelect().select('links.id')
  const ends = db.selectFrom('circuits').where('link_id', 'in', visible)
  return db
    .selectFrom('interfaces')
    .select('id')
    .where('id', 'in', ids)
    .where((eb) =>
      eb.or([
        eb('device_id', 'in', ownDevices),
        eb('id', 'in', ends.select('a_interface_id')),
        eb('id', 'in', ends.select('z_interface_id')),
      ]),
    )
}

export const unitsOfSensors = (db: Db, ids: string[]) =>
  db.selectFrom('sensors').select(['id', 'unit']).where('id', 'in', ids).execute()
