import type { Duplex } from '@zongheng/inventory/interface.ts'
import type { KnownMarks } from '@zongheng/inventory/likeness.ts'
import type { HalfPort } from '../state/duplex-watch.ts'
import type { SnmpCredential, SshCredential } from '@zongheng/collector/contract.ts'
import { kindOfId, newId, type EntityKind } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { filteredPage, pageOfItems, type PageOf, type Paging } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import { concerns, type Viewer } from '../identity/viewer.ts'
import type { SecretBox } from '../secret-box.ts'
import { chooseCollector } from './collector-choice.ts'
import { createEstate, type EstateDraft } from './draft.ts'
import { applyDeviceFact, type DeviceFact } from './facts.ts'
import { foreignReplies, keepFinding, type FindingFact } from './finding-store.ts'
import { loadEstate, type EstateModel } from './model.ts'
import type { Readings } from './readings.ts'
import { deviceEntity } from './record.ts'
import type { Device, DeviceDetail, Interface, Link, Sensor, Site } from './schema.ts'
import * as store from './store.ts'
import * as write from './store-write.ts'
import {
  deviceDetailView,
  deviceView,
  interfaceView,
  linkView,
  sensorView,
  siteView,
  type TicketRef,
} from './views.ts'

export interface EstateDeps {
  db: Db
  bus: EventBus
  clock: Clock
  secrets: SecretBox
  audit: Pick<AuditTrail, 'write'>
  readings: Readings
  /** Open tickets about these entities, by entity. */
  openTicketsOf(entityIds: string[]): Promise<Map<string, TicketRef>>
}

/** Interfaces that no discovery has numbered come last. */
const unnumbered = 2 ** 31
/** Changes told soon are gathered for as long. */
const gatheredMs = 1000

/** For tests and the demo's own province, which nobody does. */
const unnoted: Note = () => {}

type Scope = Pick<Viewer, 'regionPaths'>

export class EstateService {
  readonly #deps: EstateDeps
  #model: Promise<EstateModel> | null = null
  readonly #pending = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: EstateDeps) {
    this.#deps = deps
    deps.bus.on('estate.changed', () => (this.#model = null))
  }

  // ---- lists --------------------------------------------------------------------------------

  async sites(viewer: Scope, filter: store.SiteFilter): Promise<PageOf<Site>> {
    const page = await store.listSites(this.#deps.db, viewer, filter)
    return { ...page, items: page.items.map((row) => siteView(row, this.#deps.readings)) }
  }

  /** For judging, whoever looks: ports that are up at half duplex. */
  async halfDuplexPorts(): Promise<HalfPort[]> {
    return (await store.halfDuplexPorts(this.#deps.db)).map((row) => ({
      id: row.id,
      deviceId: row.device_id,
      ifName: row.if_name,
      ifSpeedBps: row.if_speed_bps,
      updatedAtMs: row.updated_at,
    }))
  }

  async duplexesOf(interfaceIds: string[]): Promise<Map<string, Duplex>> {
    if (interfaceIds.length === 0) return new Map()
    const rows = await store.duplexesOf(this.#deps.db, interfaceIds)
    return new Map(rows.map(({ id, duplex }) => [id, duplex as Duplex]))
  }

  async devices(
    viewer: Scope,
    filter: store.DeviceFilter & { state?: string | undefined },
  ): Promise<PageOf<Device>> {
    const { db, readings } = this.#deps
    const page = await this.#inState(
      filter,
      (paging) => store.listDevices(db, viewer, { ...filter, ...paging }),
      store.keysOfDevice,
    )
    return { ...page, items: page.items.map((row) => deviceView(row, readings)) }
  }

  async interfaces(
    viewer: Scope,
    filter: Paging & { deviceId?: string | undefined },
  ): Promise<PageOf<Interface>> {
    const { db, readings } = this.#deps
    const page = filter.deviceId
      ? pageOfItems(await store.interfacesOf(db, viewer, filter.deviceId), filter, (row) => [
          row.if_index ?? unnumbered,
          row.id,
        ])
      : await store.listInterfaces(db, viewer, filter)
    return { ...page, items: page.items.map((row) => interfaceView(row, readings)) }
  }

  async sensors(viewer: Scope, filter: Paging & { deviceId: string }): Promise<PageOf<Sensor>> {
    const page = await store.listSensors(this.#deps.db, viewer, filter)
    return { ...page, items: page.items.map((row) => sensorView(row, this.#deps.readings)) }
  }

  async links(
    viewer: Scope,
    filter: store.LinkFilter & { state?: string | undefined },
  ): Promise<PageOf<Link>> {
    const { db } = this.#deps
    const page = await this.#inState(
      filter,
      (paging) => store.listLinks(db, viewer, { ...filter, ...paging }),
      store.keysOfLink,
    )
    return { ...page, items: await this.#linkViews(page.items) }
  }

  /** States live in memory. */
  async #inState<Row extends { id: string }>(
    { state, ...paging }: Paging & { state?: string | undefined },
    read: (paging: Paging) => Promise<PageOf<Row>>,
    keysOf: (row: Row) => string[],
  ): Promise<PageOf<Row>> {
    if (!state) return read(paging)
    const stateOf = (id: string) => this.#deps.readings.stateOf(id)?.state ?? 'unknown'
    return filteredPage(paging, read, ({ id }) => stateOf(id) === state, keysOf)
  }

  async #linkViews(rows: store.LinkRow[]): Promise<Link[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const circuits = Map.groupBy(await store.circuitsOf(this.#deps.db, ids), (circuit) => circuit.link_id)
    const tickets = await this.#deps.openTicketsOf(ids)
    return rows.map((row) =>
      linkView(row, circuits.get(row.id) ?? [], this.#deps.readings, tickets.get(row.id) ?? null),
    )
  }

  // ---- one of each ---------------------------------------------------------------------------

  async site(viewer: Scope, id: string): Promise<Site> {
    const row = await store.siteById(this.#deps.db, viewer, id)
    if (!row) throw notFound('site')
    return siteView(row, this.#deps.readings)
  }

  async device(viewer: Scope, id: string): Promise<DeviceDetail> {
    const { db, readings } = this.#deps
    const row = await store.deviceById(db, viewer, id)
    if (!row) throw notFound('device')
    return deviceDetailView(row, await foreignReplies(db, id), readings)
  }

  /** Links as everyone may be told of them who may see them, in no order. */
  async linksByIds(ids: string[]): Promise<Link[]> {
    return ids.length === 0 ? [] : this.#linkViews(await store.linksByIds(this.#deps.db, ids))
  }

  // ---- for other modules ---------------------------------------------------------------------

  /** Everything, in memory; the same until something changes. */
  model(): Promise<EstateModel> {
    this.#model ??= loadEstate(this.#deps.db).catch((error: unknown) => {
      this.#model = null
      throw error
    })
    return this.#model
  }

  /** Those of these ids that the viewer may see, of whatever kind they are. */
  async visible(viewer: Scope, ids: string[]): Promise<Set<string>> {
    const byKind = Map.groupBy(ids, kindOfId)
    const found = Array.from(byKind, ([kind, some]) => {
      const table = kind && tableOf[kind]
      return table ? store.idsInScope(this.#deps.db, viewer, table, some) : []
    })
    return new Set((await Promise.all(found)).flat())
  }

  async unitsOfSensors(sensorIds: string[]): Promise<Map<string, string>> {
    if (sensorIds.length === 0) return new Map()
    return new Map((await store.unitsOfSensors(this.#deps.db, sensorIds)).map((row) => [row.id, row.unit]))
  }

  /** Takes over what a collector found out, within the uplink's transaction; true when ids were given. */
  applyFact(tx: Db, fact: DeviceFact, note: Note = unnoted): Promise<boolean> {
    return applyDeviceFact(tx, fact, note)
  }

  /** Keeps what a collector noticed about a device, within the uplink's transaction. */
  applyFinding(tx: Db, fact: FindingFact): Promise<void> {
    return keepFinding(tx, fact)
  }

  /** Writes a draft within the caller's transaction; the caller tells `changed` after its commit. */
  create(tx: Db, draft: EstateDraft, note: Note = unnoted): Promise<Map<string, string>> {
    return createEstate(tx, draft, this.#deps.secrets, this.#deps.clock(), note)
  }

  /** Who runs what is in this region: a bureau, a centre. Answers its id. */
  async createOrganisation(tx: Db, name: string, regionId: string): Promise<string> {
    const now = this.#deps.clock()
    const id = newId('organisation', now)
    const row = {
      id,
      name,
      kind: 'bureau',
      region_id: regionId,
      hotline: null,
      created_at: now,
      updated_at: now,
    }
    await write.insert(tx, 'organisations', [row])
    return id
  }

  /** Where a device stands, when in no rack; within the caller's transaction, who tells of it. */
  placeInRoom(tx: Db, deviceId: string, roomId: string | null): Promise<unknown> {
    return write.setRoom(tx, deviceId, roomId, this.#deps.clock())
  }

  /** All that was asked on one UDP port is asked on another: a simulator that found its own taken. */
  async movePort(from: number, to: number): Promise<void> {
    const { db, clock } = this.#deps
    await db.transaction().execute((tx) => write.movePort(tx, from, to, clock()))
    this.changed((await this.model()).devices.keys())
  }

  /** Tells everyone that these were added, changed or archived. To be called after the commit. */
  changed(ids: Iterable<string>): void {
    const byKind = Map.groupBy(ids, kindOfId)
    this.#deps.bus.emit('estate.changed', {
      deviceIds: byKind.get('device') ?? [],
      circuitIds: byKind.get('circuit') ?? [],
      linkIds: byKind.get('link') ?? [],
    })
  }

  /** The same for changes that come in showers, as discoveries do: told together, a moment later. */
  changedSoon(ids: Iterable<string>): void {
    for (const id of ids) this.#pending.add(id)
    this.#timer ??= setTimeout(() => this.flush(), gatheredMs)
  }

  /** Tells now what was to be told soon. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#pending.size > 0) this.changed(this.#pending)
    this.#pending.clear()
  }

  /** By what every device is known again. O(interfaces). */
  async marks(): Promise<KnownMarks[]> {
    const { db } = this.#deps
    const [devices, macs] = [await store.deviceMarks(db), await store.interfaceMacs(db)]
    const macsOf = Map.groupBy(macs, (row) => row.device_id)
    return devices.map((row) => ({
      id: row.id,
      address: row.address,
      port: row.port,
      addresses: JSON.parse(row.answers_from) as string[],
      serial: row.serial,
      sysName: row.sys_name,
      sysObjectID: row.sys_object_id,
      macs: (macsOf.get(row.id) ?? []).map((one) => one.if_phys_address),
    }))
  }

  // ---- credentials ----------------------------------------------------------------------------

  /** Whatever kind it is of; undefined when it is gone. */
  async credential(id: string): Promise<SnmpCredential | SshCredential | undefined> {
    const [row] = await store.credentialsByIds(this.#deps.db, [id])
    return row && this.#deps.secrets.open<SnmpCredential | SshCredential>(row.secret, 'credential')
  }

  /** Seals a credential that is no device's, within the caller's transaction; answers its id. */
  async keepCredential(
    tx: Db,
    {
      secret,
      ...about
    }: { name: string; kind: 'snmp' | 'ssh'; regionId: string; secret: SnmpCredential | SshCredential },
  ): Promise<string> {
    const now = this.#deps.clock()
    const id = newId('credential', now)
    const { name, kind, regionId } = about
    const sealed = this.#deps.secrets.seal(secret, 'credential')
    const row = { id, name, kind, region_id: regionId, secret: sealed, created_at: now, updated_at: now }
    await write.insert(tx, 'credentials', [row])
    return id
  }

  /** What nobody uses any more is not kept. */
  dropCredential(tx: Db, id: string): Promise<unknown> {
    return write.deleteCredential(tx, id)
  }

  /** See `chooseCollector`. */
  collectorFor(viewer: Scope, id: string | undefined): Promise<string | null> {
    return chooseCollector(this.#deps.db, viewer, id)
  }

  /** Collectors, within the caller's transaction, that have nothing to do with the region at this path. */
  async strangersTo(tx: Db, path: string): Promise<{ names: Map<string, string>; localId: string | null }> {
    const rows = await store.remoteCollectors(tx)
    const strangers = rows.filter(
      ({ region_path: at }) => at !== null && !concerns({ regionPaths: [at] }, path),
    )
    const local = await store.localCollector(tx)
    return { names: new Map(strangers.map(({ id, name }) => [id, name])), localId: local?.id ?? null }
  }

  snmpCredentials(credentialIds: string[]): Promise<Map<string, SnmpCredential>> {
    return this.#credentials<SnmpCredential>('snmp', credentialIds)
  }

  async sshCredentialOf(deviceId: string): Promise<{ credential: SshCredential; port: number } | null> {
    const device = await write.deviceToWrite(this.#deps.db, deviceId)
    if (!device?.ssh_credential_id) return null
    const credentials = await this.#credentials<SshCredential>('ssh', [device.ssh_credential_id])
    const credential = credentials.get(device.ssh_credential_id)
    return credential ? { credential, port: device.ssh_port } : null
  }

  async setSshCredential(
    viewer: Scope,
    deviceId: string,
    credential: SshCredential,
    port: number,
  ): Promise<void> {
    const { db, audit, secrets, clock } = this.#deps
    const device = await store.deviceById(db, viewer, deviceId)
    if (!device) throw notFound('device')
    const [now, secret] = [clock(), secrets.seal(credential, 'credential')]
    await audit.write(async (tx, note) => {
      note({
        action: 'estate.ssh-credential-set',
        entity: deviceEntity(device),
        regionId: device.region_id,
        before: { port: device.ssh_port },
        after: { port, ...credential },
      })
      const id = device.ssh_credential_id ?? newId('credential', now)
      if (device.ssh_credential_id) await write.updateCredential(tx, id, { secret, updated_at: now })
      else
        await write.insert(tx, 'credentials', [
          {
            id,
            name: `SSH ${device.name}`,
            kind: 'ssh',
            secret,
            region_id: device.region_id,
            created_at: now,
            updated_at: now,
          },
        ])
      await write.updateDevice(tx, deviceId, { ssh_credential_id: id, ssh_port: port, updated_at: now })
    })
    this.changed([deviceId])
  }

  async #credentials<T>(kind: 'snmp' | 'ssh', ids: string[]): Promise<Map<string, T>> {
    if (ids.length === 0) return new Map()
    const rows = await store.credentialsByIds(this.#deps.db, [...new Set(ids)])
    const { secrets } = this.#deps
    return new Map(
      rows
        .filter((row) => row.kind === kind)
        .map((row) => [row.id, secrets.open<T>(row.secret, 'credential')]),
    )
  }
}

const tableOf: Partial<Record<EntityKind, Parameters<typeof store.idsInScope>[2]>> = {
  device: 'devices',
  site: 'sites',
  link: 'links',
  circuit: 'circuits',
  interface: 'interfaces',
  sensor: 'sensors',
}
