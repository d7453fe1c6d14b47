import type { Link } from '@zongheng/server/api.ts'
import { t } from '../i18n/index.svelte.ts'
import { linkLoad } from './load.ts'

export const percent = (share: number | null) => (share === null ? null : Math.round(share * 100))

/** `石家庄–正定 备用运行 · 利用率 60 %` */
export function describe(link: Link | undefined): string {
  if (!link) return ''
  const load = percent(linkLoad(link))
  const words = load === null ? t('overview.loadUnknown') : t('overview.load', { n: load })
  return `${link.name} ${t(`link.${link.state}`)} · ${words}`
}
