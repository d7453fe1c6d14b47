import type { SnmpCredential } from '../contract.ts'

export interface TriedCredential {
  id: string
  snmp: SnmpCredential
}

/** A device that is asked with more wrong ones shuts its sender out (Huawei: snmp-agent blacklist; others log an attack). */
export const mostTries = 4

/**
 * In which order credentials are tried: as the operator listed them, but first the one that last fitted in the same /24, so that a subnet's
 * devices hear of one wrong one at most.
 */
export class CredentialOrder {
  readonly #listed: readonly TriedCredential[]
  readonly #fitted = new Map<string, TriedCredential>()

  constructor(listed: readonly TriedCredential[]) {
    this.#listed = listed
  }

  for(address: string): TriedCredential[] {
    const first = this.#fitted.get(subnetOf(address))
    const rest = this.#listed.filter((one) => one !== first)
    return (first ? [first, ...rest] : rest).slice(0, mostTries)
  }

  fitted(address: string, credential: TriedCredential): void {
    this.#fitted.set(subnetOf(address), credential)
  }
}

const subnetOf = (address: string) => address.slice(0, address.lastIndexOf('.'))
