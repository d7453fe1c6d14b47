import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

const keptMs = 60_000

/** Addresses of those that are known by name, kept for a minute; null for a name that nobody knows. */
export class Names {
  readonly #monotonicMs: () => number
  readonly #known = new Map<string, { address: Promise<string | null>; untilMs: number }>()

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  address(host: string): Promise<string | null> | string {
    if (isIP(host)) return host
    const known = this.#known.get(host)
    if (known && known.untilMs > this.#monotonicMs()) return known.address
    const address = lookup(host).then(
      (found) => found.address,
      () => null,
    )
    this.#known.set(host, { address, untilMs: this.#monotonicMs() + keptMs })
    return address
  }
}
