import type { SnmpCredential } from '@zongheng/collector/contract.ts'
import type { DeviceIdentity, DeviceRole } from '@zongheng/inventory/device.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { SensorFacts } from '@zongheng/inventory/sensor.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { conflict, notFound, unprocessable } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { SecretBox } from '../secret-box.ts'
import { chooseCollector } from './collector-choice.ts'
import { noDraft, type EstateDraft } from './draft.ts'
import type { DeviceFact } from './facts.ts'
import { deviceEntity, deviceFields } from './record.ts'
import type { DeviceDetail, DevicePatch, NewDevice } from './schema.ts'
import type { EstateService } from './service.ts'
import { snmpCredential } from './snmp-input.ts'
import * as store from './store.ts'
import * as write from './store-write.ts'
import { clean, isAddress, plainAddress } from './text.ts'

export interface IdentifyRequest {
  collectorId: string
  address: string
  port: number
  snmp: SnmpCredential
  regionId: string
  startedBy: string
}

export type IdentifyAnswer =
  | { ok: true; identity: DeviceIdentity; interfaces: InterfaceFacts[]; sensors: SensorFacts[] }
  | { ok: false; code: string; text: string }

/** Its readings, or anew all that it has. */
export type Look = 'poll' | 'discover'

/** What is asked of collectors about devices. */
export interface DeviceJobs {
  /** Who answers at an address; waits for the answer, or for as long as it may take. */
  identify(request: IdentifyRequest): Promise<IdentifyAnswer>
  /** Has a device polled or discovered at once; the job's id. */
  look(
    how: Look,
    device: { id: string; name: string; regionId: string },
    collectorId: string,
    startedBy: string,
  ): Promise<string>
}

/** A device as a discovery has read it. */
export interface FoundDevice {
  name: string
  role: DeviceRole
  address: string
  port: number
  siteId?: string
  /** Without a site: that of the region. */
  regionId?: string
  collectorId: string | null
  snmp: SnmpCredential
  found: Omit<DeviceFact, 'deviceId'>
}

interface Place {
  siteKey: string
  regionId: string
  newSite?: EstateDraft['sites'][number]
}

export interface DeviceServiceDeps {
  db: Db
  clock: Clock
  secrets: SecretBox
  audit: Pick<AuditTrail, 'write'>
  estate: EstateService
  identity: Pick<IdentityService, 'region'>
  jobs: DeviceJobs
  /** Within the transaction: it stands at another site from now on. */
  moved?(tx: Db, deviceId: string, siteId: string, regionId: string): Promise<void>
}

const snmpPort = 161

/** Where a reply came from is a number, never a name; in the one way of writing it that collectors tell. */
function plainNumber(address: string, at: number): string {
  const plain = plainAddress(address)
  if (plain === null) throw badRequest(`/answersFrom/${at}`, 'address', 'is no IP address')
  return plain
}

/** Devices added, changed, archived and polled by people. */
export class DeviceService {
  readonly #deps: DeviceServiceDeps

  constructor(deps: DeviceServiceDeps) {
    this.#deps = deps
  }

  /** Adds a device that answers at its address, or with `force` one that need not. */
  async add(viewer: Viewer, device: NewDevice, force: boolean): Promise<DeviceDetail> {
    const { db } = this.#deps
    const { address, port = snmpPort, role } = device
    refuseNoAddress(address)
    const snmp = snmpCredential(device.snmp)
    const place = await this.#place(viewer, device)
    await refuseKnownAddress(db, viewer, address, port)
    const collectorId = await chooseCollector(db, viewer, device.collectorId)
    const startedBy = viewer.userId
    const answer = await this.#identify({
      collectorId,
      address,
      port,
      snmp,
      regionId: place.regionId,
      startedBy,
    })
    if (!answer.ok && !force) throw unreachable(address, port, snmp, answer)
    const name = device.name || (answer.ok && clean(answer.identity.sysName, 100)) || address
    const found = answer.ok ? { ...answer, atMs: this.#deps.clock() } : null
    return this.#create(viewer, { name, role, address, port, collectorId, snmp }, place, found)
  }

  /** Adds a device that a discovery has read, without asking it again. */
  async addFound(viewer: Viewer, device: FoundDevice): Promise<DeviceDetail> {
    refuseNoAddress(device.address)
    const place = await this.#place(viewer, device)
    return this.#create(viewer, device, place, device.found)
  }

  async #create(
    viewer: Viewer,
    { name, role, address, port, collectorId, snmp }: Omit<FoundDevice, 'found' | 'siteId' | 'regionId'>,
    place: Place,
    found: FoundDevice['found'] | null,
  ): Promise<DeviceDetail> {
    const { audit, estate } = this.#deps
    const draft = noDraft(place.regionId)
    if (place.newSite) draft.sites = [place.newSite]
    draft.credentials = [{ key: 'snmp', name: `SNMP ${name}`, regionId: place.regionId, snmp }]
    draft.devices = [
      {
        key: 'device',
        siteKey: place.siteKey,
        name,
        role,
        address,
        port,
        credentialKey: 'snmp',
        collectorId,
      },
    ]
    const ids = await audit.write(async (tx, note) => {
      await refuseKnownAddress(tx, viewer, address, port)
      const created = await estate.create(tx, draft, note)
      const deviceId = created.get('device')!
      if (found) await estate.applyFact(tx, { deviceId, ...found }, note)
      return created
    })
    estate.changed(ids.values())
    return estate.device(viewer, ids.get('device')!)
  }

  async #identify(
    request: Omit<IdentifyRequest, 'collectorId'> & { collectorId: string | null },
  ): Promise<IdentifyAnswer> {
    const { collectorId } = request
    if (collectorId === null) return { ok: false, code: 'no-collector', text: '' }
    return this.#deps.jobs.identify({ ...request, collectorId })
  }

  /** The site that was named, or the first one of the region that was, made if there is none. */
  async #place(viewer: Viewer, { siteId, regionId }: Pick<NewDevice, 'siteId' | 'regionId'>): Promise<Place> {
    const { db, identity } = this.#deps
    if (siteId) {
      const site = await store.siteById(db, viewer, siteId)
      if (!site) throw notFound('site')
      return { siteKey: site.id, regionId: site.region_id }
    }
    if (!regionId) throw badRequest('/siteId', 'required', 'name a site or a region')
    const region = await identity.region(viewer, regionId)
    const site = await store.firstSiteOf(db, region.id)
    if (site) return { siteKey: site.id, regionId: region.id }
    const newSite = {
      key: 'site',
      regionId: region.id,
      name: region.name,
      kind: 'machine-room',
      address: null,
      contact: null,
      contactPhone: null,
    } as const
    return { siteKey: 'site', regionId: region.id, newSite }
  }

  async change(viewer: Viewer, id: string, patch: DevicePatch): Promise<DeviceDetail> {
    const { audit, db, clock, secrets, estate } = this.#deps
    const row = await this.#own(viewer, id)
    const site = patch.siteId ? await store.siteById(db, viewer, patch.siteId) : undefined
    if (patch.siteId && !site) throw notFound('site')
    const [address, port] = [patch.address ?? row.address, patch.port ?? row.port]
    refuseNoAddress(address)
    if (site && site.id !== row.site_id) await this.#refuseCarrier(row)
    const snmp = patch.snmp && snmpCredential(patch.snmp)
    const isMoved = address !== row.address || port !== row.port
    if (isMoved && row.snmp_credential_id && !snmp) throw credentialAgain()
    const collectorId =
      patch.collectorId === undefined
        ? row.collector_id
        : await chooseCollector(db, viewer, patch.collectorId)
    const answersFrom = patch.answersFrom && [...new Set(patch.answersFrom.map(plainNumber))]
    if (answersFrom) await refuseOthersAddress(db, viewer, row, answersFrom)
    const now = clock()
    const before = { ...deviceFields(row), snmp: null }
    await audit.write(async (tx, note) => {
      if (isMoved) await refuseKnownAddress(tx, viewer, address, port)
      const credentialId = snmp ? newId('credential', now) : row.snmp_credential_id
      if (snmp) {
        const credential = {
          id: credentialId!,
          name: `SNMP ${row.name}`,
          kind: 'snmp',
          secret: secrets.seal(snmp, 'credential'),
          region_id: row.region_id,
        } as const
        await write.insert(tx, 'credentials', [{ ...credential, created_at: now, updated_at: now }])
      }
      const set = {
        name: patch.name ?? row.name,
        role: patch.role ?? row.role,
        site_id: site?.id ?? row.site_id,
        region_id: site?.region_id ?? row.region_id,
        poll_interval_s: patch.pollIntervalS ?? row.poll_interval_s,
        ping_interval_s: patch.pingIntervalS ?? row.ping_interval_s,
        answers_from: answersFrom ? JSON.stringify(answersFrom) : row.answers_from,
        collector_id: collectorId,
        address,
        port,
        snmp_credential_id: credentialId,
        ssh_credential_id: isMoved ? null : row.ssh_credential_id,
        updated_at: now,
      }
      await write.updateDevice(tx, id, set)
      if (set.site_id !== row.site_id) await this.#deps.moved?.(tx, id, set.site_id, set.region_id)
      const after = { ...deviceFields({ ...row, ...set }), snmp: snmp ?? null }
      note({
        action: 'estate.device-changed',
        entity: deviceEntity(row),
        regionId: set.region_id,
        ...differences<object>(before, after),
      })
    })
    estate.changed([id])
    return estate.device(viewer, id)
  }

  /** Archives a device; one that carries circuits is refused, as they would end nowhere. */
  async archive(viewer: Viewer, id: string): Promise<void> {
    const { audit, clock, estate } = this.#deps
    const row = await this.#own(viewer, id)
    await this.#refuseCarrier(row)
    await audit.write(async (tx, note) => {
      await write.updateDevice(tx, id, { archived_at: clock(), updated_at: clock() })
      note({
        action: 'estate.device-archived',
        entity: deviceEntity(row),
        regionId: row.region_id,
        before: deviceFields(row),
      })
    })
    estate.changed([id])
  }

  async #refuseCarrier(row: store.DeviceRow): Promise<void> {
    const links = await store.linksAtDevice(this.#deps.db, row.id)
    if (links.length === 0) return
    throw conflict('device-carries-circuits', {
      zh: `${row.name} 上还接着线路：${links.slice(0, 5).join('、')}`,
      en: `Circuits still end at ${row.name}: ${links.slice(0, 5).join(', ')}`,
    })
  }

  async look(viewer: Viewer, how: Look, id: string): Promise<string> {
    const row = await this.#own(viewer, id)
    const collectorId = row.collector_id ?? (await store.localCollector(this.#deps.db))?.id
    if (!collectorId) throw conflict('no-collector', noCollector)
    const { name, region_id: regionId } = row
    return this.#deps.jobs.look(how, { id, name, regionId }, collectorId, viewer.userId)
  }

  async #own(viewer: Viewer, id: string): Promise<store.DeviceRow> {
    const row = await store.deviceById(this.#deps.db, viewer, id)
    if (!row) throw notFound('device')
    return row
  }
}

const noCollector = { zh: '还没有采集器', en: 'There is no collector yet' }

function unreachable(
  address: string,
  port: number,
  snmp: SnmpCredential,
  { code, text }: { code: string; text: string },
) {
  if (code === 'no-collector') return unprocessable('no-collector', noCollector)
  if (code === 'collector-away')
    return unprocessable('collector-away', {
      zh: `采集器没有应答（${text}）`,
      en: `The collector did not answer (${text})`,
    })
  const [where, how] = [`${address}:${port}`, `SNMP v${snmp.version}`]
  return unprocessable('device-unreachable', {
    zh: `${where} 没有应答 ${how}（${text}）：请核对地址、团体字或口令，以及防火墙`,
    en: `${where} did not answer ${how} (${text}): wrong address, community or keys, or a firewall`,
  })
}

/** A device out of sight is not named. */
async function refuseKnownAddress(db: Db, viewer: Viewer, address: string, port: number): Promise<void> {
  const known = await store.deviceAt(db, address, port)
  if (!known) return
  if (!covers(viewer, known.region_path)) throw conflict('duplicate-address')
  throw conflict('duplicate-address', {
    zh: `${address}:${port} 已经是设备 ${known.name}`,
    en: `${address}:${port} is the device ${known.name} already`,
  })
}

/** Else one device's replies would pass for another's. What is listed already may stay. */
async function refuseOthersAddress(
  db: Db,
  viewer: Viewer,
  { id, address: own, answers_from: known }: store.DeviceRow,
  answersFrom: string[],
): Promise<void> {
  const fresh = answersFrom.filter(
    (address) => address !== own && !(JSON.parse(known) as string[]).includes(address),
  )
  const others = await store.devicesAtAddresses(db, fresh)
  const other = others.find((device) => device.id !== id)
  if (!other) return
  const name = covers(viewer, other.region_path) ? other.name : null
  throw unprocessable(
    'duplicate-address',
    name === null
      ? undefined
      : {
          zh: `${other.address} 是设备 ${name} 的地址`,
          en: `${other.address} is the address of the device ${name}`,
        },
    [
      {
        path: `/answersFrom/${answersFrom.indexOf(other.address)}`,
        code: 'duplicate',
        message: 'is the address of another device',
      },
    ],
  )
}

const badRequest = (path: string, code: string, message: string) =>
  unprocessable('unprocessable', undefined, [{ path, code, message }])

/** Else whoever may change a device could have its credentials told to a machine of their own. */
const credentialAgain = () =>
  unprocessable(
    'credential-again',
    {
      zh: '改地址时请重新填写 SNMP 参数；SSH 凭据随之清除，需要时再设置',
      en: 'Give the SNMP credential again with a new address; the SSH one is dropped and can be set anew',
    },
    [{ path: '/snmp', code: 'required', message: 'is required with a new address' }],
  )

function refuseNoAddress(address: string): void {
  if (!isAddress(address)) throw badRequest('/address', 'address', 'is neither an IP address nor a host name')
}
