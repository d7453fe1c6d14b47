import { healthOf, healths, type Health } from '@zongheng/inventory/business-service.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { conflictsOf, fits, type Mount } from '@zongheng/inventory/rack.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import { devicesIn, type RackModel, type RoomModel } from '../estate/services-model.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import { covers } from '../identity/viewer.ts'
import { isWithin, type Scope } from '../relations/ends.ts'
import type { RelationService } from '../relations/service.ts'
import type { RoomJudge } from '../state/room-judge.ts'
import type { StateService } from '../state/service.ts'
import { createRoom, type RoomDraft } from './draft.ts'
import { airViews, upsView } from './instruments.ts'
import { powerPathOf } from './power-path.ts'
import type {
  NewRack,
  NewRoom,
  Placing,
  RackPatch,
  Room,
  RoomPatch,
  RoomQuery,
  RoomSummary,
} from './schema.ts'
import * as store from './store.ts'

export interface RoomDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  estate: Pick<EstateService, 'model' | 'changed' | 'site' | 'placeInRoom'>
  state: StateService
  relations: Pick<RelationService, 'removeAllOf'>
  verdictOf: RoomJudge['verdictOf']
}

const roomsAtMost = 20_000
const racksAtMost = 200
const usualUnits = 42

/** Machine rooms 机房: what stands where, what powers it, and how the air is. */
export class RoomService {
  readonly #deps: RoomDeps

  constructor(deps: RoomDeps) {
    this.#deps = deps
  }

  /** Worst first, then by name. */
  async list(viewer: Scope, query: RoomQuery): Promise<PageOf<RoomSummary>> {
    const model = await this.#deps.estate.model()
    const text = query.q?.trim().toLowerCase()
    const found = [...model.rooms.values()].filter(
      (room) =>
        covers(viewer, model.regions.get(room.regionId)?.path ?? '') &&
        isWithin(room.regionId, query.regionId, model) &&
        (!query.siteId || room.siteId === query.siteId) &&
        (!query.state || this.#health(room.id) === query.state) &&
        (!text || `${room.name} ${model.sites.get(room.siteId)?.name}`.toLowerCase().includes(text)),
    )
    const page = pageOfItems(found, query, ({ id, name }) => [healths.indexOf(this.#health(id)), name, id])
    return { ...page, items: page.items.map((room) => this.#summary(room, model)) }
  }

  async get(viewer: Scope, id: string): Promise<Room> {
    const model = await this.#deps.estate.model()
    return this.#view(this.#mustSee(viewer, id, model), model)
  }

  // ---- rooms --------------------------------------------------------------------------------

  async create(viewer: Scope, { siteId, name, floor = null, note: remark = null }: NewRoom): Promise<Room> {
    const { audit, clock, estate } = this.#deps
    const { region } = await estate.site(viewer, siteId)
    if ((await estate.model()).rooms.size >= roomsAtMost) throw conflict('too-many-rooms')
    const now = clock()
    const id = newId('room', now)
    await audit.write(async (tx, note) => {
      const row = { id, region_id: region.id, site_id: siteId, name, floor, note: remark }
      await store.insertRoom(tx, { ...row, archived_at: null, created_at: now, updated_at: now })
      note({ action: 'rooms.added', ...about(id, name, region.id), after: { name, floor, note: remark } })
    })
    return this.#told(viewer, id)
  }

  /** With all that is in it, within the caller's transaction; answers its id. */
  seed(tx: Db, draft: RoomDraft): Promise<string> {
    const { clock, estate } = this.#deps
    return createRoom(tx, draft, clock(), (on, deviceId, roomId) => estate.placeInRoom(on, deviceId, roomId))
  }

  async change(viewer: Scope, id: string, patch: RoomPatch): Promise<Room> {
    const { audit, clock, estate } = this.#deps
    const room = this.#mustSee(viewer, id, await estate.model())
    const before = { name: room.name, floor: room.floor, note: room.note }
    const after = { ...before, ...patch }
    await audit.write(async (tx, note) => {
      await store.updateRoom(tx, id, { ...after, updated_at: clock() })
      note({
        action: 'rooms.changed',
        ...about(id, after.name, room.regionId),
        ...differences(before, after),
      })
    })
    return this.#told(viewer, id)
  }

  /** What stood in it stands in no room. */
  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock, estate, relations } = this.#deps
    const room = this.#mustSee(viewer, id, await estate.model())
    const stamp = { archived_at: clock(), updated_at: clock() }
    await audit.write(async (tx, note) => {
      for (const rack of room.racks) {
        await store.emptyRack(tx, rack.id)
        await store.updateRack(tx, rack.id, stamp)
      }
      for (const deviceId of room.standing) await estate.placeInRoom(tx, deviceId, null)
      await store.updateRoom(tx, id, stamp)
      await relations.removeAllOf(tx, id)
      note({ action: 'rooms.archived', ...about(id, room.name, room.regionId), before: { name: room.name } })
    })
    estate.changed([id])
  }

  // ---- racks --------------------------------------------------------------------------------

  async addRack(viewer: Scope, roomId: string, { name, units = usualUnits }: NewRack): Promise<Room> {
    const { audit, clock, estate } = this.#deps
    const room = this.#mustSee(viewer, roomId, await estate.model())
    if (room.racks.length >= racksAtMost) throw conflict('too-many-racks')
    const now = clock()
    const position = Math.max(0, ...room.racks.map((rack) => rack.position)) + 1
    const row = { id: newId('rack', now), region_id: room.regionId, room_id: roomId, name, units, position }
    await audit.write(async (tx, note) => {
      await store.insertRack(tx, { ...row, archived_at: null, created_at: now, updated_at: now })
      note({ action: 'rooms.rack-added', ...about(roomId, room.name, room.regionId), after: { name, units } })
    })
    return this.#told(viewer, roomId)
  }

  async changeRack(viewer: Scope, rackId: string, patch: RackPatch): Promise<Room> {
    const { audit, clock, estate } = this.#deps
    const { room, rack } = mustHave(rackId, await estate.model())
    this.#mustSee(viewer, room.id, await estate.model())
    const before = { name: rack.name, units: rack.units }
    const after = { ...before, ...patch }
    if (!rack.mounts.every((mount) => fits(mount, after.units))) throw conflict('rack-full')
    await audit.write(async (tx, note) => {
      await store.updateRack(tx, rackId, { ...after, updated_at: clock() })
      note({
        action: 'rooms.rack-changed',
        ...about(room.id, room.name, room.regionId),
        ...differences(before, after),
      })
    })
    return this.#told(viewer, room.id)
  }

  /** What stood in it stands in the room beside the others. */
  async archiveRack(viewer: Scope, rackId: string): Promise<void> {
    const { audit, clock, estate } = this.#deps
    const { room, rack } = mustHave(rackId, await estate.model())
    this.#mustSee(viewer, room.id, await estate.model())
    await audit.write(async (tx, note) => {
      await store.emptyRack(tx, rackId)
      for (const { deviceId } of rack.mounts) await estate.placeInRoom(tx, deviceId, room.id)
      await store.updateRack(tx, rackId, { archived_at: clock(), updated_at: clock() })
      note({
        action: 'rooms.rack-archived',
        ...about(room.id, room.name, room.regionId),
        before: { name: rack.name },
      })
    })
    estate.changed([room.id])
  }

  // ---- what stands where ----------------------------------------------------------------------

  /** Puts a device of the room's site into one of its racks, or beside them; from wherever it stood. */
  async place(viewer: Scope, roomId: string, placing: Placing): Promise<Room> {
    const { audit, estate } = this.#deps
    const model = await estate.model()
    const room = this.#mustSee(viewer, roomId, model)
    const device = model.devices.get(placing.deviceId)
    if (!device || device.siteId !== room.siteId) throw notFound('device')
    const { rackId = null } = placing
    const mount = { deviceId: device.id, unit: placing.unit ?? 0, height: placing.height ?? 1, face: placing.face ?? 'front' } as const // prettier-ignore
    const rack = rackId === null ? null : room.racks.find(({ id }) => id === rackId)
    if (rack === undefined) throw notFound('rack')
    if (rack && !fits(mount, rack.units))
      throw invalid([{ path: '/unit', code: 'maximum', message: `does not fit into ${rack.units} units` }])
    await audit.write(async (tx, note) => {
      await store.takeOut(tx, device.id)
      if (rack) await this.#mount(tx, rack, mount, model)
      await estate.placeInRoom(tx, device.id, rack ? null : roomId)
      const after = rack
        ? { rack: rack.name, unit: mount.unit, height: mount.height, face: mount.face }
        : { rack: null }
      note({ action: 'rooms.device-placed', ...about(roomId, room.name, room.regionId), after: { device: device.name, ...after } }) // prettier-ignore
    })
    return this.#told(viewer, roomId)
  }

  async takeOut(viewer: Scope, roomId: string, deviceId: string): Promise<void> {
    const { audit, estate } = this.#deps
    const model = await estate.model()
    const room = this.#mustSee(viewer, roomId, model)
    if (!devicesIn(room).includes(deviceId)) throw notFound('device')
    await audit.write(async (tx, note) => {
      await store.takeOut(tx, deviceId)
      await estate.placeInRoom(tx, deviceId, null)
      const before = { device: model.devices.get(deviceId)?.name ?? deviceId }
      note({ action: 'rooms.device-taken-out', ...about(roomId, room.name, room.regionId), before })
    })
    estate.changed([deviceId])
  }

  /** Held against what is written, so that two cannot take one place together. */
  async #mount(tx: Db, rack: RackModel, mount: Mount, { devices }: EstateModel): Promise<void> {
    const others = (await store.mountsIn(tx, rack.id)).map(({ device_id: deviceId, ...rest }) => ({
      ...rest,
      deviceId,
    }))
    const taken = conflictsOf(mount, others).map(({ deviceId }) => devices.get(deviceId)?.name ?? deviceId)
    if (taken.length)
      throw conflict('units-taken', {
        zh: `这些 U 位已有：${taken.join('、')}`,
        en: `These units are taken by ${taken.join(', ')}`,
      })
    const { deviceId, unit, height, face } = mount
    await store.insertMount(tx, { device_id: deviceId, rack_id: rack.id, unit, height, face })
  }

  // ---- what all have in common ------------------------------------------------------------------

  #mustSee(viewer: Scope, id: string, model: EstateModel): RoomModel {
    const room = model.rooms.get(id)
    if (!room || !covers(viewer, model.regions.get(room.regionId)?.path ?? '')) throw notFound('room')
    return room
  }

  #told(viewer: Scope, id: string): Promise<Room> {
    this.#deps.estate.changed([id])
    return this.get(viewer, id)
  }

  #stateOf(id: string): string {
    return this.#deps.state.stateOf(id)?.state ?? 'unknown'
  }

  #health(roomId: string): Health {
    return healthOf('room', this.#stateOf(roomId))
  }

  #instruments() {
    const { state } = this.#deps
    return { stateOf: (id: string) => this.#stateOf(id), sensor: (id: string) => state.sensor(id) }
  }

  #summary(room: RoomModel, model: EstateModel): RoomSummary {
    const { id, name, floor, note, regionId, siteId } = room
    const verdict = this.#deps.verdictOf(id)
    const airs = airsOf(room, model).flatMap((device) => airViews(device, this.#instruments()))
    const most = (kind: string) => {
      const values = airs.flatMap((air) => (air.kind === kind && air.value !== null ? air.value : []))
      return values.length ? Math.max(...values) : null
    }
    return {
      id,
      name,
      floor,
      note,
      region: { id: regionId, name: model.regions.get(regionId)?.name ?? regionId },
      site: { id: siteId, name: model.sites.get(siteId)?.name ?? siteId },
      state: this.#health(id),
      since: this.#deps.state.stateOf(id)?.sinceMs ?? null,
      power: verdict?.power ?? null,
      air: verdict?.air ?? null,
      minutesLeft: verdict?.minutesLeft ?? null,
      temperature: most('temperature'),
      humidity: most('humidity'),
      devices: devicesIn(room).length,
      racks: room.racks.length,
    }
  }

  #view(room: RoomModel, model: EstateModel): Room {
    const instruments = this.#instruments()
    const placed = (id: string) => {
      const device = model.devices.get(id)
      return device ? [{ id, name: device.name, role: device.role, state: this.#stateOf(id) }] : []
    }
    return {
      ...this.#summary(room, model),
      ups: inRoom(room, model)
        .filter(({ role }) => role === 'ups')
        .map((device) => upsView(device, instruments)),
      airs: airsOf(room, model).flatMap((device) => airViews(device, instruments)),
      racksOf: room.racks.map(({ id, name, units, mounts }) => ({
        id,
        name,
        units,
        mounts: mounts.flatMap(({ deviceId, ...rest }) =>
          placed(deviceId).map((device) => ({ device, ...rest })),
        ),
      })),
      standing: room.standing.flatMap(placed),
      powerPath: powerPathOf(devicesIn(room), {
        model,
        stateOf: instruments.stateOf,
        valueOf: (id) => instruments.sensor(id)?.value ?? null,
      }),
    }
  }
}

const inRoom = (room: RoomModel, { devices }: EstateModel): DeviceModel[] =>
  devicesIn(room).flatMap((id) => devices.get(id) ?? [])

const airsOf = (room: RoomModel, model: EstateModel): DeviceModel[] =>
  inRoom(room, model).filter(({ role }) => role === 'environment')

function mustHave(rackId: string, { rooms }: EstateModel): { room: RoomModel; rack: RackModel } {
  for (const room of rooms.values()) {
    const rack = room.racks.find(({ id }) => id === rackId)
    if (rack) return { room, rack }
  }
  throw notFound('rack')
}

const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'room', id, name },
  regionId,
})
