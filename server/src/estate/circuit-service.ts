import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { carrierDrafts, circuitDraft, endsOf, refuse, refuseKnownCircuit, type NewCircuit } from './circuit-input.ts' // prettier-ignore
import { noDraft } from './draft.ts'
import { circuitEntity } from './record.ts'
import type { CircuitPatch } from './schema.ts'
import type { EstateService } from './service.ts'
import * as store from './store.ts'
import * as write from './store-write.ts'

type Scope = Pick<Viewer, 'regionPaths'>

/** As many as carry a link at the most. */
const mostCircuits = 8

interface CircuitServiceDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  estate: EstateService
}

/** Circuits added to links that are, and put right by hand. */
export class CircuitService {
  readonly #deps: CircuitServiceDeps

  constructor(deps: CircuitServiceDeps) {
    this.#deps = deps
  }

  /** One more, the last in carrying order. */
  async add(viewer: Scope, linkId: string, circuit: NewCircuit): Promise<void> {
    const { audit, db, estate } = this.#deps
    const link = await this.#ownLink(viewer, linkId)
    const ends = await endsOf(db, { ...sitesOf(link), circuits: [circuit] }, () => '')
    const draft = noDraft(link.region_id)
    draft.carriers = carrierDrafts([circuit])
    const ids = await audit.write(async (tx, note) => {
      const others = await store.circuitsOf(tx, [linkId])
      refuse(roleErrors(circuit.role, others.length))
      if (others.length >= mostCircuits) throw conflict('too-many')
      await refuseKnownCircuit(tx, circuit.carrier, circuit.number)
      const position = Math.max(-1, ...others.map((one) => one.position)) + 1
      draft.circuits = [{ linkId, regionId: link.region_id, position, circuit: circuitDraft(circuit, position, ends) }] // prettier-ignore
      return estate.create(tx, draft, note)
    })
    estate.changed([...ids.values(), linkId])
  }

  /** What is recorded of a circuit is something else; the id of its link. */
  async change(viewer: Scope, id: string, patch: CircuitPatch): Promise<string> {
    const { audit, clock, db, estate } = this.#deps
    const linkId = await store.linkOfCircuit(db, id)
    if (!linkId) throw notFound('circuit')
    const link = await this.#ownLink(viewer, linkId, 'circuit')
    await endsOf(db, { ...sitesOf(link), circuits: [patch] }, () => '')
    await audit.write(async (tx, note) => {
      const row = (await store.circuitsOf(tx, [linkId])).find((one) => one.id === id)
      if (!row) throw notFound('circuit')
      const before = fieldsOf(row)
      const after = { ...before, ...patch }
      if (after.carrier !== before.carrier || after.number !== before.number)
        await refuseKnownCircuit(tx, after.carrier, after.number)
      const draft = { ...noDraft(link.region_id), carriers: carrierDrafts([after]) }
      const carriers = await estate.create(tx, draft, note)
      await write.updateCircuit(tx, id, {
        number: after.number,
        carrier_id: carriers.get(after.carrier)!,
        access: after.access,
        bandwidth_bps: after.bandwidthBps,
        a_interface_id: after.aInterfaceId,
        z_interface_id: after.zInterfaceId,
        updated_at: clock(),
      })
      note({ action: 'estate.circuit-changed', entity: circuitEntity(row), regionId: link.region_id, ...differences<object>(before, after) }) // prettier-ignore
    })
    estate.changed([id, linkId])
    return linkId
  }

  /** Whoever changes a link is at home at both its ends, as who adds one is. */
  async #ownLink(viewer: Scope, id: string, called = 'link'): Promise<store.LinkRow> {
    const { db } = this.#deps
    const link = await store.linkById(db, viewer, id)
    if (!link) throw notFound(called)
    const sites = [link.upper_site_id, link.lower_site_id].map((siteId) => store.siteById(db, viewer, siteId))
    if ((await Promise.all(sites)).some((site) => !site)) throw notFound(called)
    return link
  }
}

const sitesOf = (link: store.LinkRow) => ({ upperSiteId: link.upper_site_id, lowerSiteId: link.lower_site_id }) // prettier-ignore

const fieldsOf = (row: store.CircuitRow): Required<CircuitPatch> => ({
  number: row.number,
  carrier: row.carrier,
  access: row.access as Required<CircuitPatch>['access'],
  bandwidthBps: row.bandwidth_bps,
  aInterfaceId: row.a_interface_id,
  zInterfaceId: row.z_interface_id,
})

const roleErrors = (role: NewCircuit['role'], others: number) =>
  (role === 'primary') === (others === 0)
    ? []
    : [{ path: '/role', code: 'role-order', message: 'the first circuit is the primary, all others are backups' }] // prettier-ignore
