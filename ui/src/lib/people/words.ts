import type { Grant } from '@zongheng/server/api.ts'
import { joined, t, tOr } from '#lib/i18n/index.svelte.ts'
import { page } from '$app/state'
import { seesAccounts } from '#lib/people/accounts.ts'
import { scope } from '#lib/scope.svelte.ts'

export const roleName = (role: string) => tOr(`userRole.${role}`, role)
export const roleNames = (roles: readonly string[]) => joined(roles.map(roleName))

/** The pages of people and where they belong, as views of one list head. */
export const organisationViews = () =>
  [
    { path: '/users', label: t(seesAccounts() ? 'users.title' : 'users.people') },
    { path: '/teams', label: t('users.teams') },
    { path: '/regions', label: t('users.regions') },
  ].map(({ path, label }) => ({
    href: scope.href(path),
    label,
    current: page.url.pathname === path,
  }))

/** What a grant comes from: the person, a team of theirs, a group of a provider. */
export function grantSource({ team, provider }: Pick<Grant, 'team' | 'provider'>): string {
  if (provider) return t('users.via.provider', { provider: provider.name })
  return team ? t('users.via.team', { team: team.name }) : t('users.own')
}
