import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, type AgentOptions } from 'node:https'
import type { PeerCertificate } from 'node:tls'

/**
 * Whom this collector believes to be its server, beyond the authorities that Node knows. `authority`: whoever shows a certificate of
 * these authorities for its name. `certificate`: whoever shows this very certificate, whatever name it is reached by.
 */
export interface Trust {
  kind: 'authority' | 'certificate'
  /** PEM. Read for each connection: a certificate that is renewed is followed. */
  file: string
}

export const agentFor = (trust: Trust | undefined): Agent | undefined =>
  trust ? new TrustingAgent(trust) : undefined

class TrustingAgent extends Agent {
  readonly #trust: Trust

  constructor(trust: Trust) {
    super()
    this.#trust = trust
  }

  override createConnection(options: AgentOptions, callback?: Parameters<Agent['createConnection']>[1]) {
    return super.createConnection({ ...options, ...trusting(this.#trust) } as typeof options, callback)
  }
}

function trusting({ kind, file }: Trust) {
  const ca = readFileSync(file)
  if (kind === 'authority') return { ca }
  const { fingerprint256 } = new X509Certificate(ca)
  const checkServerIdentity = (_name: string, shown: PeerCertificate) =>
    shown.fingerprint256 === fingerprint256 ? undefined : new Error(`not the certificate in ${file}`)
  return { ca, allowPartialTrustChain: true, checkServerIdentity }
}
