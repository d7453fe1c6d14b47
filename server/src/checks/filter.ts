/** Which checks a viewer looks at, of the estate in memory. */
import { targetOf } from '@zongheng/inventory/check-state.ts'
import type { CheckModel, EstateModel } from '../estate/model.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { StateService } from '../state/service.ts'
import type { CheckQuery } from './schema.ts'
import { stateOf } from './views.ts'

export const visible = (
  viewer: Pick<Viewer, 'regionPaths'>,
  { checks, regions }: EstateModel,
): CheckModel[] =>
  [...checks.values()].filter((check) => covers(viewer, regions.get(check.regionId)?.path ?? ''))

export function matches(check: CheckModel, query: CheckQuery, state: StateService): boolean {
  const { kind, siteId, deviceId, regionId, q } = query
  const text = q?.trim().toLowerCase()
  return (
    (!kind || check.spec.kind === kind) &&
    (!siteId || check.siteId === siteId) &&
    (!deviceId || check.deviceId === deviceId) &&
    (!regionId || isWithin(check, regionId, state.model)) &&
    (!query.state || stateOf(check, state).state === query.state) &&
    (!text || `${check.name} ${targetOf(check.spec)}`.toLowerCase().includes(text))
  )
}

const isWithin = (check: CheckModel, regionId: string, { regions }: EstateModel) =>
  regions.get(check.regionId)?.path.includes(`/${regionId}/`) ?? false
