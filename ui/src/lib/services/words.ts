import type { RelationEnd } from '@zongheng/inventory/relation.ts'
import { tOr } from '../i18n/index.svelte.ts'

/** The state of anything, by the words of its kind. */
export const stateWord = (type: RelationEnd, state: string): string =>
  tOr(`${type === 'site' ? 'device' : type}.${state}`, state)

const pages: Partial<Record<RelationEnd, string>> = {
  service: '/services',
  link: '/links',
  device: '/devices',
  check: '/checks',
  room: '/rooms',
}

/** Where it can be looked at; null where it has no page. */
export const pathOf = (type: RelationEnd, id: string | null): string | null =>
  id !== null && pages[type] ? `${pages[type]}/${id}` : null
