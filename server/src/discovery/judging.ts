import type { FoundDevice } from '@zongheng/collector/contract.ts'
import { KnownDevices, type KnownMarks, type LikenessReason } from '@zongheng/inventory/likeness.ts'
import type { Clock } from '../clock.ts'
import type { EstateService } from '../estate/service.ts'
import type { EventBus } from '../events.ts'
import { proposalOf, type Proposal } from './proposal.ts'
import type { Find } from './schema.ts'
import type { FindRow } from './store.ts'

export interface Judgement {
  kind: Find['kind']
  deviceId: string | null
  reasons: LikenessReason[]
  proposal: Proposal | null
}

/** Names and addresses of interfaces change without a word to us. */
const freshMs = 30_000

/** What finds are, against what is known by now. The devices known are read anew when the estate changes. */
export class Judging {
  readonly #deps: { estate: EstateService; clock: Clock }
  #known: { at: number; devices: Promise<KnownDevices> } | null = null

  constructor(deps: { estate: EstateService; bus: EventBus; clock: Clock }) {
    this.#deps = deps
    deps.bus.on('estate.changed', () => (this.#known = null))
  }

  /** O(its interfaces + sites) each. */
  async judge(rows: readonly FindRow[], port: number, regionPath: string): Promise<Judgement[]> {
    const known = await this.#devices()
    const model = await this.#deps.estate.model()
    return rows.map((row) => {
      const device = deviceOf(row)
      if (!device) return { kind: row.credential_id ? 'silent' : 'echo', deviceId: null, reasons: [], proposal: null } // prettier-ignore
      const { likeness: kind, deviceId, reasons } = known.resemblanceOf(marksOf(row.address, port, device))
      const isNew = kind === 'new' || kind === 'contradiction'
      return { kind, deviceId, reasons, proposal: isNew ? proposalOf(row.address, device, model, regionPath) : null } // prettier-ignore
    })
  }

  #devices(): Promise<KnownDevices> {
    const at = this.#deps.clock()
    if (!this.#known || this.#known.at < at - freshMs)
      this.#known = { at, devices: this.#deps.estate.marks().then((marks) => new KnownDevices(marks)) }
    return this.#known.devices
  }
}

export const deviceOf = ({ device }: FindRow): FoundDevice | null =>
  device === null ? null : (JSON.parse(device) as FoundDevice)

const marksOf = (
  address: string,
  port: number,
  { identity, interfaces, addresses }: FoundDevice,
): Omit<KnownMarks, 'id'> => ({
  address,
  port,
  addresses,
  macs: interfaces.map(({ ifPhysAddress }) => ifPhysAddress),
  serial: identity.serial,
  sysName: identity.sysName,
  sysObjectID: identity.sysObjectID,
})
