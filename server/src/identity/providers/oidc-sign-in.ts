import type { Configuration } from 'openid-client'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { notFound, ProblemError } from '../../http/problem.ts'
import type { SecretBox } from '../../secret-box.ts'
import type { Admission } from './admission.ts'
import { begin, discover, finish, type Handshake } from './oidc.ts'
import type { Person } from './person.ts'
import { providerOf, type OidcProvider } from './provider.ts'
import * as store from './store.ts'

export interface OidcSignInDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  secrets: SecretBox
  admission: Admission
}

/** A sign-in that is under way at a provider. */
export interface PendingSignIn extends Handshake {
  providerId: string
  /** No later than this. */
  until: number
}

const minuteMs = 60_000
const handshakeMs = 10 * minuteMs
/** How long what a provider says of itself is believed. */
const discoveryMs = 10 * minuteMs

/** Sign-in at an OpenID Connect provider: authorization code with PKCE [RFC 6749, RFC 7636]. */
export class OidcSignIn {
  readonly #deps: OidcSignInDeps
  /** By provider; of the settings as they were then. */
  readonly #discovered = new Map<string, { config: Configuration; updatedAt: number; until: number }>()

  constructor(deps: OidcSignInDeps) {
    this.#deps = deps
  }

  /** Throws `not-found` or `directory-away`. */
  async begin(providerId: string, redirectUri: string): Promise<{ url: string; pending: PendingSignIn }> {
    const provider = await this.#provider(providerId)
    const { url, handshake } = await begin(await this.#config(provider), provider.settings, redirectUri)
    return { url, pending: { ...handshake, providerId, until: this.#deps.clock() + handshakeMs } }
  }

  /** The user's id. Throws `sign-in-expired`, and what `finish` and `Admission.admit` do. */
  async finish(pending: PendingSignIn | undefined, callback: URL): Promise<string> {
    if (!pending || pending.until <= this.#deps.clock()) throw new ProblemError(403, 'sign-in-expired')
    const provider = await this.#provider(pending.providerId)
    return this.#deps.admission.admit(provider, await this.#vouched(provider, pending, callback))
  }

  async #vouched(provider: OidcProvider, pending: PendingSignIn, callback: URL): Promise<Person> {
    try {
      return await finish(await this.#config(provider), provider.settings, pending, callback)
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'sign-in-refused') await this.#tellRefusal(provider)
      throw error
    }
  }

  #tellRefusal({ id, name }: OidcProvider): Promise<void> {
    const entity = { type: 'provider', id, name }
    const after = { problem: 'sign-in-refused' }
    return this.#deps.audit.tell({ action: 'identity.sign-in-failed', entity, regionId: null, after })
  }

  async #provider(id: string): Promise<OidcProvider> {
    const { db, secrets } = this.#deps
    const row = (await store.enabledProviders(db, 'oidc')).find((candidate) => candidate.id === id)
    const provider = row && providerOf(row, secrets)
    if (provider?.kind !== 'oidc') throw notFound('provider')
    return provider
  }

  async #config({ id, settings, secret, updatedAt }: OidcProvider): Promise<Configuration> {
    const now = this.#deps.clock()
    const known = this.#discovered.get(id)
    if (known && known.updatedAt === updatedAt && known.until > now) return known.config
    const config = await discover(settings, secret)
    this.#discovered.set(id, { config, updatedAt, until: now + discoveryMs })
    return config
  }
}
