import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../../audit/change.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { conflict, invalid, notFound, type FieldError } from '../../http/problem.ts'
import type { Language } from '../../http/problem-messages.ts'
import type { SecretBox } from '../../secret-box.ts'
import type { SignInOptions } from '../schema.ts'
import { regionsByIds } from '../regions/region-store.ts'
import { mustCoverAll } from '../regions/regions.ts'
import { covers, type Viewer } from '../viewer.ts'
import { providerOf, type Provider } from './provider.ts'
import type {
  IdentityProvider,
  LdapSettings,
  OidcSettings,
  ProviderInput,
  ProviderPatchInput,
  ProviderTestResult,
} from './schema.ts'
import { ldapErrors, leadsElsewhere, oidcErrors, settingsOf } from './settings-check.ts'
import * as store from './store.ts'
import { tryProvider } from './trial.ts'

export interface ProviderServiceDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  secrets: SecretBox
}

type Settings = Provider['settings']

/** The providers that vouch for people, as the security officer of the whole installation sets them up. */
export class ProviderService {
  readonly #deps: ProviderServiceDeps

  constructor(deps: ProviderServiceDeps) {
    this.#deps = deps
  }

  /** What the sign-in page offers. */
  async signInOptions(): Promise<SignInOptions> {
    const rows = await store.enabledProviders(this.#deps.db)
    const named = rows.filter(({ kind }) => kind === 'oidc').map(({ id, name }) => ({ id, name }))
    return { providers: named, directory: rows.some(({ kind }) => kind === 'ldap') }
  }

  /** `redirectUri`: where OpenID Connect providers send people back to. */
  async list(viewer: Viewer, redirectUri: string): Promise<IdentityProvider[]> {
    const { db } = this.#deps
    await mustCoverAll(db, viewer)
    return (await store.providers(db)).map((row) => shown(row, redirectUri))
  }

  async create(viewer: Viewer, input: ProviderInput, redirectUri: string): Promise<IdentityProvider> {
    const { audit, clock, secrets } = this.#deps
    const { kind, name, enabled, secret } = input
    const settings = settingsOf(kind, input.settings)
    const errors = await settingsErrors(kind, settings, secret !== undefined)
    return audit.write(async (tx, note) => {
      await mustCoverAll(tx, viewer)
      refuse([...errors, ...(await regionErrors(tx, viewer, settings))])
      const now = clock()
      const row = {
        id: newId('provider', now),
        kind,
        name,
        enabled: enabled ? 1 : 0,
        settings: JSON.stringify(settings),
        secret: secret === undefined ? null : secrets.seal(secret, 'provider'),
        created_at: now,
        updated_at: now,
      }
      await store.insertProvider(tx, row)
      const after = { kind, ...told({ ...row, users: 0 }) }
      note({ action: 'identity.provider-created', entity: entityOf(row), regionId: null, after })
      return shown({ ...row, users: 0 }, redirectUri)
    })
  }

  async change(
    viewer: Viewer,
    id: string,
    patch: ProviderPatchInput,
    redirectUri: string,
  ): Promise<IdentityProvider> {
    const { audit, clock, secrets } = this.#deps
    return audit.write(async (tx, note) => {
      await mustCoverAll(tx, viewer)
      const row = await existing(tx, id)
      const known = providerOf(row, secrets)
      const settings = patch.settings ? settingsOf(known.kind, patch.settings) : known.settings
      const hasSecret = patch.secret === undefined ? known.secret !== null : patch.secret !== null
      refuse([
        ...(await settingsErrors(known.kind, settings, hasSecret)),
        ...(await regionErrors(tx, viewer, settings)),
        ...secretErrors(known, settings, patch.secret),
      ])
      const secret =
        patch.secret === undefined ? row.secret : patch.secret && secrets.seal(patch.secret, 'provider')
      const changed = {
        ...row,
        name: patch.name ?? row.name,
        enabled: (patch.enabled ?? known.enabled) ? 1 : 0,
        settings: JSON.stringify(settings),
        secret,
        updated_at: clock(),
      }
      const { users, ...columns } = changed
      await store.updateProvider(tx, id, columns)
      const difference = differences(told(row), { ...told(changed), newSecret: patch.secret !== undefined })
      note({ action: 'identity.provider-changed', entity: entityOf(changed), regionId: null, ...difference })
      return shown({ ...columns, users }, redirectUri)
    })
  }

  /** Throws `provider-in-use` while it vouches for anyone: it can be switched off instead. */
  async remove(viewer: Viewer, id: string): Promise<void> {
    await this.#deps.audit.write(async (tx, note) => {
      await mustCoverAll(tx, viewer)
      const row = await existing(tx, id)
      if (Number(row.users) > 0) {
        throw conflict('provider-in-use', {
          zh: `还有 ${row.users} 个用户由它认证，可以先停用`,
          en: `It vouches for ${row.users} users; switch it off instead`,
        })
      }
      await store.deleteProvider(tx, id)
      note({ action: 'identity.provider-deleted', entity: entityOf(row), regionId: null, before: told(row) })
    })
  }

  async test(
    viewer: Viewer,
    id: string,
    username: string | undefined,
    language: Language,
  ): Promise<ProviderTestResult> {
    const { db, audit, secrets } = this.#deps
    await mustCoverAll(db, viewer)
    const row = await existing(db, id)
    const { person, ...result } = await tryProvider(providerOf(row, secrets), username, language)
    // It uses the secret, and shows a stranger's data.
    const after = { username: username ?? null, ok: result.ok }
    await audit.tell({ action: 'identity.provider-tested', entity: entityOf(row), regionId: null, after })
    if (!person) return { ...result, person }
    const regionIds = [...new Set(person.roles.map(({ regionId }) => regionId))]
    const names = new Map((await regionsByIds(db, regionIds)).map((region) => [region.id, region.name]))
    const roles = person.roles.map(({ role, regionId }) => ({
      role,
      region: { id: regionId, name: names.get(regionId) ?? regionId },
    }))
    return { ...result, person: { ...person, roles } }
  }
}

type Row = store.ProviderRow & { users: number | string | null }

async function existing(db: Db, id: string): Promise<Row> {
  const row = await store.provider(db, id)
  if (!row) throw notFound('provider')
  return row
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw invalid(errors)
}

const settingsErrors = async (kind: Provider['kind'], settings: Settings, hasSecret: boolean) =>
  kind === 'ldap' ? ldapErrors(settings as LdapSettings, hasSecret) : oidcErrors(settings as OidcSettings)

async function regionErrors(db: Db, viewer: Viewer, settings: Settings): Promise<FieldError[]> {
  const places = [
    { path: '/settings/defaultRegionId', id: settings.defaultRegionId },
    ...settings.groups.map(({ regionId }, i) => ({ path: `/settings/groups/${i}/regionId`, id: regionId })),
  ]
  const known = await regionsByIds(db, [...new Set(places.map(({ id }) => id))])
  const inScope = new Set(known.filter(({ path }) => covers(viewer, path)).map(({ id }) => id))
  const strange = places.filter(({ id }) => !inScope.has(id))
  return strange.map(({ path }) => ({ path, code: 'unknown', message: 'is no region of yours' }))
}

/** Whoever leads a stored secret to another server would learn it. */
function secretErrors(known: Provider, settings: Settings, secret: string | null | undefined): FieldError[] {
  const isKept = known.secret !== null && secret === undefined
  if (!isKept || !leadsElsewhere(known.kind, known.settings, settings)) return []
  return [{ path: '/secret', code: 'required', message: 'has to be given again for another server' }]
}

const entityOf = ({ id, name }: { id: string; name: string }) => ({ type: 'provider', id, name })

/** For the trail. */
const told = (row: Row) => ({
  name: row.name,
  enabled: row.enabled === 1,
  settings: JSON.parse(row.settings) as Settings,
  newSecret: false,
})

function shown(row: Row, redirectUri: string): IdentityProvider {
  const { id, kind, name } = row
  const settings: unknown = JSON.parse(row.settings)
  return {
    id,
    kind,
    name,
    enabled: row.enabled === 1,
    hasSecret: row.secret !== null,
    users: Number(row.users),
    redirectUri: kind === 'oidc' ? redirectUri : null,
    settings,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  } as IdentityProvider
}
