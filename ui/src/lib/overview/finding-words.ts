import { t } from '../i18n/index.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { elapsed } from '../time.svelte.ts'
import { causeOf } from './cause.ts'
import type { Finding } from './findings.ts'
import { shortTitle, upperName } from './map.svelte.ts'

/** `唐山–迁安市`, or `承德–11 县` for a group. */
export const findingTitle = ({ link, members }: Finding) =>
  members.length > 1
    ? t('overview.groupTitle', { upper: upperName(link), n: members.length })
    : shortTitle(link)

/** `主备同断 · 35 分` */
export const findingDetail = ({ link, since, hidden }: Finding) =>
  [causeOf(link), since ? elapsed(since) : '', hidden > 0 ? t('overview.hidden', { n: hidden }) : '']
    .filter(Boolean)
    .join(' · ')

export const findingHref = ({ link, members, state }: Finding) =>
  members.length > 1 ? scope.href('/links', { state }) : scope.href(`/links/${link.id}`)
