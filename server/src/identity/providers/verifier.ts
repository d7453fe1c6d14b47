import type { Db } from '../../db/database.ts'
import { ProblemError } from '../../http/problem.ts'
import type { Log } from '../../log.ts'
import type { SecretBox } from '../../secret-box.ts'
import { spelled } from '../username.ts'
import { userByName } from '../people/user-store.ts'
import type { Admission } from './admission.ts'
import { DirectoryAway } from './away.ts'
import { withDirectory } from './ldap.ts'
import type { Person } from './person.ts'
import { providerOf, type LdapProvider } from './provider.ts'
import * as store from './store.ts'

export interface VerifierDeps {
  db: Db
  log: Log
  secrets: SecretBox
  admission: Admission
}

/** Active Directory takes ā for a: with letters of other kinds, one account would have more names than a lockout can count. */
const askable = /^[a-z0-9._@\p{Script=Han} -]{1,64}$/u

/** Passwords of those whom a directory knows: asked for its own people, and for names that nobody has here. */
export class DirectoryVerifier {
  readonly #deps: VerifierDeps

  constructor(deps: VerifierDeps) {
    this.#deps = deps
  }

  /**
   * The user id when the password is right, undefined when it is not or nobody knows the name. Throws `directory-away`,
   * which is no failure of the person, or why somebody who is known must not come in (`Admission.admit`).
   */
  async verify(username: string, password: string): Promise<string | undefined> {
    const name = spelled(username)
    if (!askable.test(name) || password === '') return undefined
    let away: DirectoryAway | undefined
    for (const provider of await this.#directoriesFor(name)) {
      try {
        const person = await this.#personOf(provider, name, password)
        if (person) return await this.#admit(provider, person)
      } catch (error) {
        if (!(error instanceof DirectoryAway)) throw error
        away = error
      }
    }
    if (away) throw away
    return undefined
  }

  /** A local user is never asked for elsewhere: a directory takes over nobody. */
  async #directoriesFor(name: string): Promise<LdapProvider[]> {
    const { db, secrets } = this.#deps
    const known = await userByName(db, name)
    if (known && known.provider_id === null) return []
    const rows = await store.enabledProviders(db, 'ldap')
    const asked = known ? rows.filter(({ id }) => id === known.provider_id) : rows
    return asked.map((row) => providerOf(row, secrets)).filter((provider) => provider.kind === 'ldap')
  }

  #personOf(
    { id, settings, secret }: LdapProvider,
    name: string,
    password: string,
  ): Promise<Person | undefined> {
    return withDirectory(settings, secret, async (directory) => {
      const [found, another] = await directory.find(name)
      if (another) this.#deps.log.warn({ provider: id }, 'the user filter finds more than one person')
      if (!found || another) return undefined
      return (await directory.accepts(found, password)) ? found.person : undefined
    })
  }

  /** Whoever is disabled here learns no more than with a wrong password. */
  async #admit(provider: LdapProvider, person: Person): Promise<string | undefined> {
    try {
      return await this.#deps.admission.admit(provider, person)
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'account-disabled') return undefined
      throw error
    }
  }
}
