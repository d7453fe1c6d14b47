import type { SnmpCredential } from '@zongheng/collector/contract.ts'
import type { LikenessReason } from '@zongheng/inventory/likeness.ts'
import type { DeviceFact } from '../estate/facts.ts'
import { clean } from '../estate/text.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { deviceOf, type Judgement, type Judging } from './judging.ts'
import type { Accept, Accepting, Find, Ignore } from './schema.ts'
import type { DiscoveryDeps } from './service.ts'
import * as store from './store.ts'
import type { DiscoveryRow, FindRow } from './store.ts'

type Deps = Pick<DiscoveryDeps, 'db' | 'clock' | 'audit' | 'estate' | 'devices'> & { judging: Judging }
type Wanted = Accept['finds'][number]

/** Finds as people see them, and what they decide about them. */
export class Review {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, id: string, query: Paging & { decision?: string }): Promise<PageOf<Find>> {
    const discovery = await this.#discovery(viewer, id)
    const page = await store.listFinds(this.#deps.db, id, query)
    const judged = await this.#judged(discovery, page.items)
    const seen = await this.#seen(viewer)
    const credentials = JSON.parse(discovery.credential_ids) as string[]
    return { ...page, items: page.items.map((row, i) => viewOf(row, judged[i]!, credentials, seen)) }
  }

  /** One after the other, as each may be another address of the one before. What cannot be taken over is told, and the rest is. */
  async accept(viewer: Viewer, id: string, { finds }: Accept): Promise<Accepting> {
    const discovery = await this.#discovery(viewer, id)
    const wanted = new Map(finds.map((one) => [one.id, one]))
    const rows = await store.findsByIds(this.#deps.db, id, [...wanted.keys()])
    const answer: Accepting = { accepted: [], refused: [] }
    for (const row of rows) {
      try {
        const device = await this.#acceptOne(viewer, discovery, row, wanted.get(row.id)!)
        answer.accepted.push({ id: row.id, device: { id: device.id, name: device.name } })
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
        answer.refused.push({ id: row.id, code: error.code, text: error.message })
      }
    }
    return answer
  }

  async ignore(viewer: Viewer, id: string, { finds, ignored }: Ignore): Promise<void> {
    const discovery = await this.#discovery(viewer, id)
    const [from, to] = ignored ? ['open', 'ignored'] : ['ignored', 'open']
    const rows = (await store.findsByIds(this.#deps.db, id, finds)).filter((row) => row.decision === from)
    if (rows.length > 0) await this.#decide(viewer, discovery, rows, to!, null)
  }

  async #acceptOne(viewer: Viewer, discovery: DiscoveryRow, row: FindRow, wanted: Wanted) {
    if (row.decision === 'accepted') throw new ProblemError(409, 'accepted-already', { zh: '已经接受过', en: 'It was accepted already' }) // prettier-ignore
    const [judged] = await this.#judged(discovery, [row])
    const device = await this.#takeOver(viewer, discovery, row, judged!, wanted)
    await this.#decide(viewer, discovery, [row], 'accepted', device.id)
    return device
  }

  async #takeOver(viewer: Viewer, discovery: DiscoveryRow, row: FindRow, judged: Judgement, wanted: Wanted) {
    const { devices, estate } = this.#deps
    const { port } = JSON.parse(discovery.scope) as { port: number }
    const { address } = row
    const read = deviceOf(row)
    const snmp = row.credential_id === null ? undefined : (await estate.snmpCredentials([row.credential_id])).get(row.credential_id) // prettier-ignore
    if (!read || !snmp) throw new ProblemError(422, 'nothing-read', { zh: '读不到它是什么：先给出它接受的 SNMP 参数', en: 'Nothing could be read of it: give the SNMP parameters that it takes' }) // prettier-ignore
    const found = { ...read, atMs: row.found_at }
    const { kind, deviceId, proposal } = judged
    if (deviceId === null || proposal) {
      const siteId = wanted.siteId ?? proposal?.site?.id
      const place = siteId ? { siteId } : { regionId: proposal?.region?.id ?? discovery.region_id }
      const name = wanted.name ?? proposal?.name ?? (clean(read.identity.sysName, 100) || address)
      const role = wanted.role ?? proposal?.role ?? 'other'
      return devices.addFound(viewer, { name, role, address, port, ...place, collectorId: discovery.collector_id, snmp, found }) // prettier-ignore
    }
    const known = await estate.device(viewer, deviceId)
    if (kind === 'moved') await devices.change(viewer, deviceId, { address, port, snmp: inputOf(snmp) })
    if (kind === 'alias')
      await devices.change(viewer, deviceId, { answersFrom: [...known.answersFrom, address] })
    if (kind !== 'alias') await this.#read(deviceId, found)
    return known
  }

  /** It is what it says from now on; its place, its role and its history stay. */
  async #read(deviceId: string, found: Omit<DeviceFact, 'deviceId'>): Promise<void> {
    const { audit, estate } = this.#deps
    await audit.write((tx, note) => estate.applyFact(tx, { deviceId, ...found }, note))
    estate.changed([deviceId])
  }

  async #decide(
    viewer: Viewer,
    discovery: DiscoveryRow,
    rows: readonly FindRow[],
    decision: string,
    deviceId: string | null,
  ): Promise<void> {
    const { audit, clock } = this.#deps
    await audit.write(async (tx, note) => {
      const by = { decided_by: viewer.userId, decided_at: clock() }
      await store.decide(tx, rows.map(({ id }) => id), { decision, device_id: deviceId, ...by }) // prettier-ignore
      const entity = { type: 'discovery', id: discovery.id, name: discovery.name }
      const after = { addresses: rows.map(({ address }) => address), decision, ...(deviceId && { deviceId }) }
      note({ action: 'discovery.decided', entity, regionId: discovery.region_id, after })
    })
  }

  #judged(discovery: DiscoveryRow, rows: readonly FindRow[]): Promise<Judgement[]> {
    const { port } = JSON.parse(discovery.scope) as { port: number }
    return this.#deps.judging.judge(rows, port, discovery.region_path)
  }

  /** Names of devices, to whom may see them. */
  async #seen(viewer: Viewer) {
    const model = await this.#deps.estate.model()
    return (id: string | null) => {
      const device = model.devices.get(id ?? '')
      const path = model.regions.get(device?.regionId ?? '')?.path
      return device && path && covers(viewer, path) ? { id: device.id, name: device.name } : null
    }
  }

  async #discovery(viewer: Viewer, id: string): Promise<DiscoveryRow> {
    const row = await store.discoveryById(this.#deps.db, viewer, id)
    if (!row) throw notFound('discovery')
    return row
  }
}

type Seen = (id: string | null) => { id: string; name: string } | null

function viewOf(row: FindRow, judged: Judgement, credentials: readonly string[], seen: Seen): Find {
  const device = deviceOf(row)
  const at = credentials.indexOf(row.credential_id ?? '')
  const { proposal } = judged
  return {
    id: row.id,
    address: row.address,
    rttMs: row.rtt_ms,
    from: row.found_from === null ? null : (JSON.parse(row.found_from) as Find['from']),
    kind: judged.kind,
    credential: at < 0 ? null : at,
    identity: device && {
      vendor: clean(device.identity.vendor),
      category: clean(device.identity.category),
      hardware: clean(device.identity.hardware),
      version: clean(device.identity.version),
      serial: clean(device.identity.serial),
      sysName: clean(device.identity.sysName),
      sysObjectID: clean(device.identity.sysObjectID),
    },
    interfaceCount: device?.interfaces.length ?? 0,
    sensorCount: device?.sensors.length ?? 0,
    reasons: judged.reasons.map((reason) => reasonOf(reason, seen)),
    proposal: proposal && {
      ...proposal,
      site: proposal.site && { id: proposal.site.id, name: proposal.site.name },
      region: proposal.region && { id: proposal.region.id, name: proposal.region.name },
    },
    decision: row.decision as Find['decision'],
    device: seen(row.device_id ?? judged.deviceId),
    foundAt: row.found_at,
  }
}

const reasonOf = ({ code, value, deviceId }: LikenessReason, seen: Seen): Find['reasons'][number] => ({
  code,
  value,
  device: seen(deviceId),
})

/** As it is typed: the level follows from the keys. */
function inputOf(snmp: SnmpCredential) {
  if (snmp.version !== '3') return snmp
  const { level: _level, ...input } = snmp
  return input
}
