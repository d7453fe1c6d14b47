import { dictionaries } from '../i18n/dictionary.ts'
import { t, tOr } from '../i18n/index.svelte.ts'

const prefix = 'audit.action.'

/** Actions that have words, by module; the catalogue is the list. */
export const actionsByModule: ReadonlyMap<string, readonly string[]> = (() => {
  const byModule = new Map<string, string[]>()
  for (const key of dictionaries.zh.keys()) {
    if (!key.startsWith(prefix)) continue
    const action = key.slice(prefix.length)
    const module = action.split('.')[0]!
    byModule.set(module, [...(byModule.get(module) ?? []), action])
  }
  return byModule
})()

/** What was done, in words; what has none is shown as it is. */
export const actionWords = (action: string) => tOr(prefix + action, action)
export const moduleWords = (module: string) => tOr(`audit.module.${module}`, module)
export const entityWords = (type: string) => tOr(`audit.entity.${type}`, type)
export const fieldWords = (name: string) => (name ? tOr(`audit.field.${name}`, name) : t('audit.value'))

/** Values that are names of ours. */
const terms: [RegExp, string][] = [
  [/^(totpR|r)oles?$/, 'userRole'],
  [/^permissions?$/, 'permission'],
]
export function termWords(field: string, value: string): string {
  const area = terms.find(([named]) => named.test(field))?.[1]
  return area ? tOr(`${area}.${value}`, value) : value
}

const pages: Record<string, (id: string) => string> = {
  device: (id) => `/devices/${id}`,
  link: (id) => `/links/${id}`,
  alarm: (id) => `/alarms/${id}`,
  ticket: (id) => `/tickets/${id}`,
  user: (id) => `/users/${id}`,
  collector: (id) => `/collectors/${id}`,
  check: (id) => `/checks/${id}`,
}
const readers: Record<string, string> = {
  device: 'estate.read',
  link: 'estate.read',
  alarm: 'alarms.read',
  ticket: 'desk.read',
  user: 'identity.read',
  collector: 'uplink.read',
  check: 'checks.read',
}

/** The page of what was changed, for one who may read it. */
export function pageOf(entity: { type: string; id: string }, can: (permission: string) => boolean) {
  const permission = readers[entity.type]
  return permission && can(permission) ? (pages[entity.type]?.(entity.id) ?? null) : null
}
