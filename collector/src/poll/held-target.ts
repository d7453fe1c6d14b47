import type { Target } from '../contract.ts'
import { shared } from './shared.ts'

type NamedPort = Target['interfaces'][number]

/** A target as it is kept: its interfaces in columns, since ten thousand switches have half a million of them. */
export type HeldTarget = Omit<Target, 'interfaces'> & { readonly interfaces: Iterable<NamedPort> }

export const held = (target: Target): HeldTarget => ({
  ...target,
  interfaces: new NamedPorts(target.interfaces),
})

/** Switches of one model name their ports alike: their names are held once. */
class NamedPorts implements Iterable<NamedPort> {
  readonly #ids: readonly string[]
  readonly #ifNames: readonly string[]

  constructor(ports: readonly NamedPort[]) {
    this.#ids = ports.map(({ id }) => id)
    this.#ifNames = shared(ports.map(({ ifName }) => shared(ifName)))
  }

  *[Symbol.iterator](): Generator<NamedPort> {
    for (const [i, id] of this.#ids.entries()) yield { id, ifName: this.#ifNames[i]! }
  }

  toJSON(): NamedPort[] {
    return [...this]
  }
}
