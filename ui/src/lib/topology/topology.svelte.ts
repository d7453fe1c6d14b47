import type { Difference, LinkDetail, LinkProposal, ProposedCircuit, Topology } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'

/** What is found changes with discoveries, some minutes apart at the least. */
const everyMs = 60_000

/** A proposed circuit as it is to be recorded: nothing is left open any more. */
export interface CircuitDraft {
  number: string
  carrier: string
  access: string
  bandwidthBps: number
  legAddress: string
}

/** The map of the scope, with what is proposed and what differs. */
export class TopologyView {
  answer = $state.raw<Topology | null>(null)
  problem = $state.raw<unknown>(null)

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const timer = setInterval(() => void this.load(), everyMs)
    const stop = live.on('reconnected', () => void this.load())
    return () => {
      clearInterval(timer)
      stop()
    }
  }

  load = async () => {
    try {
      this.answer = await api.get<Topology>('/topology', scope.query)
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  dismiss = (key: string, reason: string) => this.#then(api.post('/topology/dismissals', { key, reason, ...scope.query })) // prettier-ignore
  restore = (dismissalId: string) => this.#then(api.del(`/topology/dismissals/${dismissalId}`))

  /** The circuit is recorded to end where it was found. */
  moveEnd = ({ circuit, end, found }: Extract<Difference, { kind: 'other-end' }>) => this.#then(api.patch(`/circuits/${circuit.id}`, { [`${end}InterfaceId`]: found.interfaceId })) // prettier-ignore

  /** What the port says is recorded. */
  takeWord = (circuitId: string, patch: object) => this.#then(api.patch(`/circuits/${circuitId}`, patch))

  /** Records a link with its circuits, or circuits of a link that is; answers the link's id. */
  record = async ({ upper, lower, linkId, circuits }: LinkProposal, drafts: readonly CircuitDraft[]) => {
    const bodies = circuits.map((one, i) => bodyOf(one, drafts[i]!))
    let id = linkId
    if (id === null) {
      const body = { upperSiteId: upper.id, lowerSiteId: lower.id, circuits: bodies }
      id = (await api.post<LinkDetail>('/links', body)).id
    } else for (const body of bodies) await api.post(`/links/${id}/circuits`, body)
    await this.load()
    return id
  }

  async #then(asked: Promise<unknown>): Promise<void> {
    await asked
    await this.load()
  }
}

const bodyOf = ({ role, aInterfaceId, zInterfaceId }: ProposedCircuit, draft: CircuitDraft) => ({
  role,
  aInterfaceId,
  zInterfaceId,
  number: draft.number.trim(),
  carrier: draft.carrier.trim(),
  access: draft.access,
  bandwidthBps: draft.bandwidthBps,
  ...(draft.legAddress.trim() && { legAddress: draft.legAddress.trim() }),
})

/** Everything that has to be recorded is told. */
export const isComplete = (proposal: LinkProposal): boolean =>
  proposal.circuits.every(({ number, carrier, access, bandwidthBps }) => number !== null && carrier !== null && access !== null && bandwidthBps !== null) // prettier-ignore

export const draftsOf = (proposal: LinkProposal): CircuitDraft[] =>
  proposal.circuits.map(({ number, carrier, access, bandwidthBps, legAddress }) => ({
    number: number ?? '',
    carrier: carrier ?? '',
    access: access ?? '',
    bandwidthBps: bandwidthBps ?? 0,
    legAddress: legAddress ?? '',
  }))
