import type { Criticality, ServiceKind } from '@zongheng/inventory/business-service.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import type { RelationDetails, RelationKind } from '@zongheng/inventory/relation.ts'
import type { EstateModel } from '../estate/model.ts'

export interface DemoService {
  name: string
  kind: ServiceKind
  criticality: Criticality
  regionId: string
  /** `to`: an id, or the key of another of these. */
  needs: { kind: RelationKind; to: string; details?: RelationDetails }[]
}

/**
 * The business systems of a province's finance department, on what the demo has. By keys that are never given twice, what is needed
 * first. `checkIds`: by the keys of the demo's checks.
 */
export function demoServices(
  model: EstateModel,
  siteId: string,
  checkIds: ReadonlyMap<string, string>,
): Map<string, DemoService> {
  const site = model.sites.get(siteId)!
  const at = (place: string, role: DeviceRole) =>
    [...model.devices.values()]
      .filter((device) => device.siteId === place && device.role === role)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ id }) => id)
  const down = [...model.links.values()].filter(({ upperSiteId }) => upperSiteId === siteId)
  const [servers, switches] = [at(siteId, 'server'), at(siteId, 'core-switch')]
  const onAny = (group: string, ids: readonly string[], needed = 1, kind: RelationKind = 'depends-on') =>
    ids.map((to) => ({ kind, to, details: { group, needed } }))
  const onAll = (ids: readonly string[], kind: RelationKind = 'depends-on') => ids.map((to) => ({ kind, to }))
  const check = (...keys: string[]) => onAll(keys.flatMap((key) => checkIds.get(key) ?? []))
  const core = [...onAll(at(siteId, 'core-router')), ...onAny('核心交换', switches)]
  const [first] = down
  const services: [string, DemoService | null][] = [
    ['service treasury', { name: '国库集中支付系统', kind: 'treasury-payment', criticality: 'vital', regionId: site.regionId, needs: [...onAny('应用服务器', servers.slice(0, 2), 1, 'runs-on'), ...core, ...check('check api')] }],
    ['service budget', { name: '预算编制系统', kind: 'budget', criticality: 'important', regionId: site.regionId, needs: [...onAll(servers.slice(2, 3), 'runs-on'), ...core] }],
    ['service payroll', { name: '工资统发系统', kind: 'payroll', criticality: 'important', regionId: site.regionId, needs: [...onAll(['service treasury']), ...onAll(servers.slice(3, 4), 'runs-on')] }],
    ['service portal', { name: '财政门户网站', kind: 'portal', criticality: 'normal', regionId: site.regionId, needs: [...check('check health', 'check port'), ...onAll(at(siteId, 'vpn-gateway')), ...onAny('核心交换', switches)] }],
    ['service video', { name: '视频会议', kind: 'video-conference', criticality: 'important', regionId: site.regionId, needs: [...onAll(at(siteId, 'core-router')), ...onAny('地市线路', down.map(({ id }) => id), Math.max(1, down.length - 2))] }],
    ['service mail', { name: '电子邮件', kind: 'mail', criticality: 'normal', regionId: site.regionId, needs: [...onAny('邮件服务器', servers.slice(2, 4), 1, 'runs-on'), ...onAny('核心交换', switches)] }],
    ['service non-tax', first ? { name: `${model.sites.get(first.lowerSiteId)?.name.slice(0, 3).replace(/[市机]$/, '') ?? ''}非税收入系统`, kind: 'non-tax', criticality: 'important', regionId: first.regionId, needs: [...onAll(['service treasury', first.id]), ...onAny('应用服务器', at(first.lowerSiteId, 'server'), 1, 'runs-on')] } : null],
  ] // prettier-ignore
  return new Map(services.flatMap(([key, service]) => (service ? [[key, service]] : [])))
}
