import type { DeviceRole } from '../src/device.ts'
import type { Tier } from '../src/region.ts'
import { pick } from './hash.ts'
import type { ModelName } from './models.ts'

interface Equipment {
  role: DeviceRole
  count: number
  /** One is chosen per site. */
  models: readonly [ModelName, ...ModelName[]]
  /** Only at every n-th site. */
  everyNth?: number
}

const ups = ['huawei-ups2000', 'rfc1628-ups'] as const

/** What stands where, by tier; vendors are mixed as such networks mix them. */
const equipment: Record<Exclude<Tier, 'township'>, Equipment[]> = {
  province: [
    { role: 'core-router', count: 1, models: ['huawei-ne8000-m8'] },
    { role: 'vpn-gateway', count: 1, models: ['huawei-usg6525f'] },
    { role: 'core-switch', count: 2, models: ['huawei-s12708'] },
    { role: 'server', count: 4, models: ['linux-server'] },
    { role: 'ups', count: 2, models: ['huawei-ups2000'] },
    { role: 'environment', count: 2, models: ['environment-monitor'] },
  ],
  city: [
    {
      role: 'core-router',
      count: 1,
      models: ['huawei-ar6280', 'huawei-ar6280', 'h3c-msr5660', 'cisco-c8300'],
    },
    { role: 'vpn-gateway', count: 1, models: ['huawei-usg6525f', 'h3c-f1060'] },
    { role: 'core-switch', count: 1, models: ['huawei-s7706', 'h3c-s7506e-x', 'ruijie-s6220'] },
    { role: 'server', count: 2, models: ['linux-server'] },
    { role: 'ups', count: 1, models: ups },
    { role: 'environment', count: 1, models: ['environment-monitor'] },
  ],
  county: [
    {
      role: 'access-router',
      count: 1,
      models: ['huawei-ar6121', 'huawei-ar6121', 'h3c-msr3620', 'cisco-isr4321'],
    },
    { role: 'access-switch', count: 1, models: ['huawei-s5735', 'huawei-s5735', 'h3c-s5130'] },
    { role: 'server', count: 1, models: ['linux-server'], everyNth: 3 },
    { role: 'ups', count: 1, models: ups },
    { role: 'environment', count: 1, models: ['environment-monitor'] },
  ],
}

/** As device names abbreviate it. */
export const roleLetters: Partial<Record<DeviceRole, string>> = {
  'core-router': 'CR',
  'access-router': 'RT',
  'core-switch': 'CS',
  'access-switch': 'SW',
  'vpn-gateway': 'VPN',
  server: 'SRV',
  ups: 'UPS',
  environment: 'ENV',
}

/** Roles and models of a site. `nth`: counts the sites of its tier, from 0. */
export function equipmentOf(
  tier: Tier,
  code: string,
  nth: number,
): { role: DeviceRole; ordinal: number; model: ModelName }[] {
  if (tier === 'township') return []
  return equipment[tier]
    .filter(({ everyNth = 1 }) => nth % everyNth === 0)
    .flatMap(({ role, count, models }) =>
      Array.from({ length: count }, (_, n) => ({
        role,
        ordinal: n + 1,
        model: pick(`${role} ${code}`, models),
      })),
    )
}
