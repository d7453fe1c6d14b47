import { page } from '$app/state'
import { t } from '#lib/i18n/index.svelte.ts'
import { scope } from '#lib/scope.svelte.ts'

/** The pages of the policy, as views of one list head. */
export const policyViews = () =>
  [
    { path: '/policy', label: t('policy.rules') },
    { path: '/policy/providers', label: t('policy.providers') },
  ].map(({ path, label }) => ({ href: scope.href(path), label, current: page.url.pathname === path }))
