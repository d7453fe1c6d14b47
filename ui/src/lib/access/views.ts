import { page } from '$app/state'
import { t } from '#lib/i18n/index.svelte.ts'
import { scope } from '#lib/scope.svelte.ts'

/** The pages of access, as views of one list head. */
export const accessViews = () =>
  [
    { path: '/access', label: t('access.rights') },
    { path: '/access/grants', label: t('access.grants') },
    { path: '/access/roles', label: t('access.roles') },
  ].map(({ path, label }) => ({ href: scope.href(path), label, current: page.url.pathname === path }))
