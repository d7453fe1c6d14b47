import type { Alarm } from '@zongheng/server/api.ts'
import { worstFirst } from './fold.ts'

export interface SiteGroup {
  /** Of the site; of the region where the alarm stands at no site. */
  id: string
  name: string
  alarms: Alarm[]
}

/** Alarms by where they stand: the site with the worst first, the worst first within a site. */
export function bySite(alarms: readonly Alarm[]): SiteGroup[] {
  const groups = new Map<string, SiteGroup>()
  for (const alarm of [...alarms].sort(worstFirst)) {
    const { id, name } = alarm.site ?? alarm.region
    const group = groups.get(id) ?? { id, name, alarms: [] }
    group.alarms.push(alarm)
    groups.set(id, group)
  }
  return [...groups.values()]
}
