import { newId } from '@zongheng/inventory/id.ts'
import { actAs, currentActor } from '../../audit/actor.ts'
import { differences } from '../../audit/change.ts'
import type { AuditTrail, Note } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import { ProblemError } from '../../http/problem.ts'
import { rolesExclude, usernameTaken } from '../admin-problems.ts'
import { sweepExpired } from '../grants/grant-rules.ts'
import { lockGrants } from '../grants/grant-store.ts'
import { rolesAgree } from '../roles.ts'
import { regionsByIds } from '../regions/region-store.ts'
import { insertUser, type UserRow } from '../people/user-store.ts'
import { keyOf, rolesOfGroups, type RoleAt } from './groups.ts'
import { personOf, type Person } from './person.ts'
import type { Provider } from './provider.ts'
import * as store from './store.ts'

export interface AdmissionDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
}

/** No password here matches it. */
const noPassword = ''

/** Lets in whom a provider vouches for: an account at the first sign-in, the provider's word on roles at each. */
export class Admission {
  readonly #deps: AdmissionDeps

  constructor(deps: AdmissionDeps) {
    this.#deps = deps
  }

  /**
   * The person's user id. Throws `username-taken`, `username-unusable`, `roles-exclude` or `account-disabled`; that is
   * on record then, and nothing else has happened.
   */
  async admit(provider: Provider, found: Person): Promise<string> {
    // The provider's word, not the person's, makes the account and its grants.
    const actor = { ...currentActor(), kind: 'system' as const, id: provider.id, name: provider.name }
    return actAs(actor, async () => {
      try {
        return await this.#admit(provider, personOf(found))
      } catch (error) {
        if (error instanceof ProblemError) await this.#tellRefusal(provider, found, error.code)
        throw error
      }
    })
  }

  async #admit(provider: Provider, person: Person): Promise<string> {
    const { audit, bus } = this.#deps
    const wanted = rolesOfGroups(provider.kind, provider.settings.groups, person.groups)
    const { userId, hasChanged } = await audit.write(async (tx, note) => {
      if (!(await store.lockProvider(tx, provider.id))) throw new ProblemError(403, 'sign-in-refused')
      await lockGrants(tx)
      await sweepExpired(tx, this.#deps.clock(), note)
      const known = await store.userOf(tx, provider.id, person.externalId)
      if (known?.disabled_at) throw new ProblemError(403, 'account-disabled')
      const user = known
        ? await this.#refresh(tx, note, known, person)
        : await this.#create(tx, note, provider, person)
      return { userId: user.id, hasChanged: await this.#syncGrants(tx, note, provider, user, wanted) }
    })
    if (hasChanged) bus.emit('identity.changed', { userIds: [userId] })
    return userId
  }

  async #create(tx: Db, note: Note, provider: Provider, person: Person): Promise<Named> {
    const now = this.#deps.clock()
    const user = {
      id: newId('user', now),
      username: person.username,
      display_name: person.displayName,
      email: person.email,
      phone: person.phone,
      region_id: provider.settings.defaultRegionId,
      provider_id: provider.id,
      external_id: person.externalId,
      password_hash: noPassword,
      disabled_at: null,
      password_changed_at: null,
      totp_secret: null,
      totp_confirmed_at: null,
      totp_step: null,
      locked_until: null,
      signed_in_at: null,
      created_at: now,
      updated_at: now,
    }
    if (!(await insertUser(tx, user))) throw usernameTaken(person.username)
    const { username, displayName, email, phone } = person
    const after = { username, displayName, email, phone, provider: provider.name }
    note({ action: 'identity.user-created', entity: entityOf(user), regionId: user.region_id, after })
    return user
  }

  /** What the provider says nothing of stays as it is here. */
  async #refresh(tx: Db, note: Note, user: UserRow, person: Person): Promise<Named> {
    const known = { displayName: user.display_name, email: user.email, phone: user.phone }
    const { displayName, email, phone } = person
    const told = { displayName, email: email ?? known.email, phone: phone ?? known.phone }
    const change = differences(known, told)
    if (Object.keys(change.after).length === 0) return user
    const updated_at = this.#deps.clock()
    const row = { display_name: displayName, email: told.email, phone: told.phone, updated_at }
    await store.updateUser(tx, user.id, row)
    const fresh = { ...user, ...row }
    note({ action: 'identity.user-changed', entity: entityOf(fresh), regionId: user.region_id, ...change })
    return fresh
  }

  /** Gives and takes until the user's grants of this provider are `wanted`; those that people gave are left alone. */
  async #syncGrants(tx: Db, note: Note, provider: Provider, user: Named, wanted: RoleAt[]): Promise<boolean> {
    const held = await store.heldRoles(tx, user.id)
    const own = held.filter(({ providerId }) => providerId === provider.id)
    const others = held.filter(({ providerId }) => providerId !== provider.id)
    const roles = [...others, ...wanted].map(({ role }) => role)
    if (!rolesAgree(roles)) throw rolesExclude(roles)
    const wantedKeys = new Set(wanted.map(keyOf))
    const heldKeys = new Set(own.map(keyOf))
    const taken = own.filter((grant) => !wantedKeys.has(keyOf(grant)))
    const given = wanted.filter((grant) => !heldKeys.has(keyOf(grant))).map((grant) => this.#grant(grant))
    if (taken.length > 0)
      await store.deleteGrants(
        tx,
        taken.map(({ id }) => id),
      )
    if (given.length > 0) {
      const rows = given.map((grant) => rowOf(grant, user, provider))
      await store.insertGrants(tx, rows)
    }
    const names = await regionNames(tx, [...taken, ...given])
    const told = (grant: RoleAt) => ({
      user: user.display_name,
      role: grant.role,
      region: names.get(grant.regionId) ?? grant.regionId,
      provider: provider.name,
    })
    for (const grant of taken)
      note({ action: 'identity.grant-taken', ...placeOf(grant, user), before: told(grant) })
    for (const grant of given)
      note({ action: 'identity.grant-given', ...placeOf(grant, user), after: told(grant) })
    return taken.length + given.length > 0
  }

  #grant(grant: RoleAt) {
    const at = this.#deps.clock()
    return { ...grant, id: newId('grant', at), at }
  }

  #tellRefusal(provider: Provider, { username, externalId }: Person, problem: string): Promise<void> {
    const name = username.slice(0, 64)
    return this.#deps.audit.tell({
      action: 'identity.sign-in-failed',
      entity: { type: 'provider', id: provider.id, name: provider.name },
      regionId: null,
      after: { username: name, externalId: externalId.slice(0, 200), problem },
    })
  }
}

type Named = Pick<UserRow, 'id' | 'display_name' | 'region_id'>

const entityOf = (user: Named) => ({ type: 'user', id: user.id, name: user.display_name })

const placeOf = (grant: RoleAt & { id: string }, user: Named) => ({
  entity: { type: 'grant', id: grant.id, name: user.display_name },
  regionId: grant.regionId,
})

const rowOf = (grant: RoleAt & { id: string; at: number }, user: Named, provider: Provider) => ({
  id: grant.id,
  user_id: user.id,
  team_id: null,
  role: grant.role,
  region_id: grant.regionId,
  provider_id: provider.id,
  expires_at: null,
  created_at: grant.at,
  updated_at: grant.at,
})

async function regionNames(tx: Db, grants: RoleAt[]): Promise<Map<string, string>> {
  const rows = await regionsByIds(tx, [...new Set(grants.map(({ regionId }) => regionId))])
  return new Map(rows.map(({ id, name }) => [id, name]))
}
