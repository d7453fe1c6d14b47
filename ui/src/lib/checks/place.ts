import type { Check } from '@zongheng/server/api.ts'

/** What a check is about. */
export interface Linked {
  of: 'device' | 'site'
  id: string
  name: string
}

export function linkedOf({ device, site }: Pick<Check, 'device' | 'site'>): Linked | null {
  if (device) return { of: 'device', ...device }
  return site ? { of: 'site', ...site } : null
}

/** As the API is told: what it is about says the region, too. */
export const placeOf = (linked: Linked | null, regionId: string) =>
  linked
    ? { deviceId: linked.of === 'device' ? linked.id : null, siteId: linked.of === 'site' ? linked.id : null }
    : { deviceId: null, siteId: null, regionId }

/** Whether a kept check is to belong elsewhere than it does. */
export const isMoved = (
  check: Pick<Check, 'device' | 'site' | 'region'>,
  linked: Linked | null,
  regionId: string,
) => {
  const before = linkedOf(check)
  return before?.id !== linked?.id || (linked === null && check.region.id !== regionId)
}
