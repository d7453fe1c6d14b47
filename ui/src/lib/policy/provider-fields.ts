import type { Key } from '../i18n/index.svelte.ts'

export type ProviderKind = 'ldap' | 'oidc'

/** How one setting of a provider is asked for. `path` is where it stands in `settings`, and names its words. */
export interface ProviderField {
  path: string
  type: 'text' | 'url' | 'lines' | 'words' | 'tick'
  required?: true
  /** What stands there in a new one. */
  preset?: string
  hint?: true
  mono?: true
}

export const providerFields = {
  ldap: {
    server: [
      { path: 'url', type: 'text', required: true, preset: 'ldaps://', hint: true, mono: true },
      { path: 'startTls', type: 'tick' },
      { path: 'allowPlaintext', type: 'tick' },
      { path: 'caCertificate', type: 'lines', hint: true, mono: true },
      { path: 'bindDn', type: 'text', hint: true, mono: true },
    ],
    person: [
      { path: 'baseDn', type: 'text', required: true, mono: true },
      {
        path: 'userFilter',
        type: 'text',
        required: true,
        preset: '(&(objectClass=person)(uid={username}))',
        hint: true,
        mono: true,
      },
      { path: 'attributes.id', type: 'text', required: true, preset: 'entryUUID', hint: true, mono: true },
      { path: 'attributes.username', type: 'text', required: true, preset: 'uid', mono: true },
      { path: 'attributes.displayName', type: 'text', required: true, preset: 'displayName', mono: true },
      { path: 'attributes.email', type: 'text', preset: 'mail', mono: true },
      { path: 'attributes.phone', type: 'text', preset: 'telephoneNumber', mono: true },
    ],
    group: [
      { path: 'groupAttribute', type: 'text', preset: 'memberOf', hint: true, mono: true },
      { path: 'groupBaseDn', type: 'text', mono: true },
      { path: 'groupFilter', type: 'text', hint: true, mono: true },
    ],
  },
  oidc: {
    server: [
      { path: 'issuer', type: 'url', required: true, hint: true, mono: true },
      { path: 'clientId', type: 'text', required: true, mono: true },
      {
        path: 'scopes',
        type: 'words',
        required: true,
        preset: 'openid profile email',
        hint: true,
        mono: true,
      },
    ],
    person: [
      { path: 'claims.username', type: 'text', required: true, preset: 'preferred_username', mono: true },
      { path: 'claims.displayName', type: 'text', required: true, preset: 'name', mono: true },
      { path: 'claims.email', type: 'text', preset: 'email', mono: true },
    ],
    group: [{ path: 'claims.groups', type: 'text', preset: 'groups', hint: true, mono: true }],
  },
} as const satisfies Record<ProviderKind, Record<'server' | 'person' | 'group', readonly ProviderField[]>>

export const allFields = (kind: ProviderKind): readonly ProviderField[] =>
  Object.values(providerFields[kind]).flat()
export const fieldTitle = ({ path }: ProviderField) => `policy.field.${path}` as Key
export const fieldHint = ({ path }: ProviderField) => `policy.field.${path}.hint` as Key
/** Hints name placeholders in braces as they are. */
export const braces = { username: '{username}', dn: '{dn}' }

/** What was typed, by path. */
export type Typed = Record<string, string | boolean>
type Tree = Record<string, unknown>

const at = (settings: object, path: string) =>
  path.split('.').reduce<unknown>((tree, key) => (tree as Tree | undefined)?.[key], settings)

/** The fields as they stand in `settings`, or the usual ones for a new provider. */
export function typedOf(kind: ProviderKind, settings: object | null): Typed {
  return Object.fromEntries(
    allFields(kind).map(({ path, type, preset }) => {
      const value = settings === null ? preset : at(settings, path)
      if (type === 'tick') return [path, value === true]
      return [path, Array.isArray(value) ? value.join(' ') : String(value ?? '')]
    }),
  )
}

/** For the API: what is empty is left out, words become a list. */
export function settingsOf(kind: ProviderKind, typed: Typed): Tree {
  const settings: Tree = {}
  for (const { path, type } of allFields(kind)) {
    const value = typed[path]
    const given = typeof value === 'string' ? value.trim() : value
    if (given === '' || given === undefined) continue
    const keys = path.split('.')
    const tree = keys.slice(0, -1).reduce<Tree>((above, key) => (above[key] ??= {}) as Tree, settings)
    tree[keys.at(-1)!] = type === 'words' ? String(given).split(/\s+/) : given
  }
  return settings
}
