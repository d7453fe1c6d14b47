/** Circuits as people tell them, held against what there is. */
import { accessLimits } from '@zongheng/inventory/access.ts'
import type { Db } from '../db/database.ts'
import { conflict, unprocessable, type FieldError } from '../http/problem.ts'
import type { CircuitDraft, EstateDraft } from './draft.ts'
import type { NewLink } from './schema.ts'
import * as store from './store.ts'

export type NewCircuit = NewLink['circuits'][number]

/** Found by name, or made. */
export const carrierDrafts = (circuits: readonly Pick<NewCircuit, 'carrier'>[]): EstateDraft['carriers'] =>
  [...new Set(circuits.map(({ carrier }) => carrier))].map((name) => ({ key: name, name, hotline: null }))

/** The interfaces that the circuits end at, by id, each at the site it must be at. `at`: where the circuits are in what was sent. */
export async function endsOf(
  db: Db,
  link: Pick<NewLink, 'upperSiteId' | 'lowerSiteId'> & {
    circuits: readonly Partial<Pick<NewCircuit, 'aInterfaceId' | 'zInterfaceId'>>[]
  },
  at = (i: number) => `/circuits/${i}`,
): Promise<Map<string, store.InterfaceEnd>> {
  const wanted = link.circuits.flatMap(({ aInterfaceId, zInterfaceId }, i) => [
    ...(aInterfaceId ? [{ id: aInterfaceId, siteId: link.upperSiteId, path: `${at(i)}/aInterfaceId` }] : []),
    ...(zInterfaceId ? [{ id: zInterfaceId, siteId: link.lowerSiteId, path: `${at(i)}/zInterfaceId` }] : []),
  ])
  const rows = wanted.length === 0 ? [] : await store.interfaceEnds(db, wanted.map(({ id }) => id)) // prettier-ignore
  const ends = new Map(rows.map((row) => [row.id, row]))
  const strangers = wanted.filter(({ id, siteId }) => ends.get(id)?.site_id !== siteId)
  refuse(
    strangers.map(({ path }) => ({
      path,
      code: 'not-at-site',
      message: 'is not an interface of a device at that site',
    })),
  )
  return ends
}

export function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw unprocessable('unprocessable', undefined, errors)
}

export async function refuseKnownCircuit(tx: Db, carrier: string, number: string): Promise<void> {
  if (!(await store.circuitNumbered(tx, carrier, number))) return
  throw conflict('duplicate-circuit', {
    zh: `${carrier} 的线路 ${number} 已经登记`,
    en: `The circuit ${number} of ${carrier} is known already`,
  })
}

/** The first of a link is `circuit 0`. */
export function circuitDraft(
  circuit: NewCircuit,
  i: number,
  ends: Map<string, store.InterfaceEnd>,
): CircuitDraft {
  const end = (id: string) => ({ deviceKey: ends.get(id)!.device_id, ifName: ends.get(id)!.if_name })
  const { legAddress, legKind = 'snmp', legPort = 161 } = circuit
  return {
    key: `circuit ${i}`,
    role: circuit.role,
    number: circuit.number,
    carrierKey: circuit.carrier,
    access: circuit.access,
    bandwidthBps: circuit.bandwidthBps,
    promisedPercent: accessLimits[circuit.access].availabilityPercent,
    monthlyFeeYuan: null,
    contractUntil: null,
    a: end(circuit.aInterfaceId),
    z: end(circuit.zInterfaceId),
    leg: legAddress ? { kind: legKind, address: legAddress, port: legPort } : null,
  }
}
