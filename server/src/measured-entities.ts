import { kindOfId } from '@zongheng/inventory/id.ts'
import type { CheckService } from './checks/service.ts'
import { measuredOf, namesOf } from './estate/measured.ts'
import type { EstateService } from './estate/service.ts'
import type { MeasuredEntities } from './series/service.ts'
import type { UplinkService } from './uplink/service.ts'

/** What carries series: most of it the estate's, checks their own module's. */
export function measuredEntities(
  estate: EstateService,
  checks: CheckService,
  uplink: UplinkService,
): MeasuredEntities {
  return {
    visible: async (viewer, ids) => {
      const of = (...kinds: string[]) => ids.filter((id) => kinds.includes(kindOfId(id) ?? ''))
      const apart = of('checkPoint', 'collector')
      const [others, points, collectors] = await Promise.all([
        estate.visible(
          viewer,
          ids.filter((id) => !apart.includes(id)),
        ),
        checks.visiblePoints(viewer, of('checkPoint')),
        uplink.visible(viewer, of('collector')),
      ])
      return new Set([...others, ...points, ...collectors])
    },
    unitsOfSensors: (ids) => estate.unitsOfSensors(ids),
    namesOf: async (ids) => namesOf(await estate.model(), new Set(ids)),
    measured: async (viewer, kind, regionId) => measuredOf(await estate.model(), viewer, kind, regionId),
    trafficOf: async (id) => (await estate.model()).circuits.get(id)?.z.interfaceId ?? id,
  }
}
