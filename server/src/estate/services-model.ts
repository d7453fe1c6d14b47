/** Business services, rooms and relations as judging needs them at hand: a part of the estate in memory. */
import type { Criticality, ServiceKind } from '@zongheng/inventory/business-service.ts'
import type { Mount } from '@zongheng/inventory/rack.ts'
import type { Relation, RelationDetails, RelationEnd, RelationKind } from '@zongheng/inventory/relation.ts'
import { RelationGraph } from '@zongheng/inventory/relation-graph.ts'
import { ServiceNeeds } from '@zongheng/inventory/service-needs.ts'
import type { Db } from '../db/database.ts'

export interface ServiceModel {
  id: string
  regionId: string
  name: string
  kind: ServiceKind
  criticality: Criticality
  ownerId: string | null
  organisation: { id: string; name: string } | null
  note: string | null
}

export interface RackModel {
  id: string
  name: string
  units: number
  position: number
  mounts: Mount[]
}

export interface RoomModel {
  id: string
  regionId: string
  siteId: string
  name: string
  floor: string | null
  note: string | null
  racks: RackModel[]
  /** Those that stand in it beside the racks. */
  standing: string[]
}

export interface ServicesModel {
  services: Map<string, ServiceModel>
  needs: ServiceNeeds
  rooms: Map<string, RoomModel>
  relations: RelationGraph
}

export const noServices = (): ServicesModel => {
  const relations = new RelationGraph()
  return { services: new Map(), needs: new ServiceNeeds([], relations), rooms: new Map(), relations }
}

/** Everything in a room, in racks or beside them. */
export const devicesIn = ({ racks, standing }: RoomModel): string[] => [
  ...new Set([...racks.flatMap(({ mounts }) => mounts.map(({ deviceId }) => deviceId)), ...standing]),
]

/** O(everything). What is archived is left out. */
export async function loadServices(db: Db): Promise<ServicesModel> {
  const [services, rooms, racks, mounts, standing, relations] = await Promise.all([
    db
      .selectFrom('business_services')
      .leftJoin('organisations', 'organisations.id', 'business_services.organisation_id')
      .selectAll('business_services')
      .select('organisations.name as organisation')
      .where('business_services.archived_at', 'is', null)
      .orderBy('business_services.id')
      .execute(),
    db.selectFrom('rooms').selectAll().where('archived_at', 'is', null).orderBy('id').execute(),
    db
      .selectFrom('racks')
      .selectAll()
      .where('archived_at', 'is', null)
      .orderBy('position')
      .orderBy('id')
      .execute(),
    db.selectFrom('rack_mounts').selectAll().orderBy('unit').execute(),
    db
      .selectFrom('devices')
      .select(['id', 'room_id'])
      .where('room_id', 'is not', null)
      .where('archived_at', 'is', null)
      .orderBy('id')
      .execute(),
    db.selectFrom('relations').selectAll().orderBy('id').execute(),
  ])
  const mountsOf = grouped(mounts, ({ rack_id }) => rack_id)
  const racksOf = grouped(racks, ({ room_id }) => room_id)
  const standingIn = grouped(standing, ({ room_id }) => room_id)
  const graph = new RelationGraph(relations.map(relationOf))
  return {
    services: new Map(
      services.map((row) => [
        row.id,
        {
          id: row.id,
          regionId: row.region_id,
          name: row.name,
          kind: row.kind as ServiceKind,
          criticality: row.criticality as Criticality,
          ownerId: row.owner_id,
          organisation: row.organisation_id
            ? { id: row.organisation_id, name: row.organisation ?? row.organisation_id }
            : null,
          note: row.note,
        },
      ]),
    ),
    needs: new ServiceNeeds(
      services.map(({ id }) => id),
      graph,
    ),
    rooms: new Map(
      rooms.map((row) => [
        row.id,
        {
          id: row.id,
          regionId: row.region_id,
          siteId: row.site_id,
          name: row.name,
          floor: row.floor,
          note: row.note,
          racks: (racksOf.get(row.id) ?? []).map(({ id, name, units, position }) => ({
            id,
            name,
            units,
            position,
            mounts: (mountsOf.get(id) ?? []).map(({ device_id: deviceId, unit, height, face }) => {
              return { deviceId, unit, height, face }
            }),
          })),
          standing: (standingIn.get(row.id) ?? []).map(({ id }) => id),
        },
      ]),
    ),
    relations: graph,
  }
}

interface RelationRow {
  id: string
  region_id: string
  kind: string
  from_type: string
  from_id: string
  to_type: string
  to_id: string
  details: string
}

export const relationOf = (row: RelationRow): Relation => ({
  id: row.id,
  regionId: row.region_id,
  kind: row.kind as RelationKind,
  fromType: row.from_type as RelationEnd,
  fromId: row.from_id,
  toType: row.to_type as RelationEnd,
  toId: row.to_id,
  details: JSON.parse(row.details) as RelationDetails,
})

function grouped<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}
