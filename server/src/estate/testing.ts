import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { SensorFacts } from '@zongheng/inventory/sensor.ts'
import type { TestApp } from '../testing.ts'
import { noDraft, type DeviceDraft, type EstateDraft, type LinkDraft } from './draft.ts'
import type { DeviceFact } from './facts.ts'

const sites = { 省: '130000', 市: '130100', 正定: '130123', 藁城: '130109', 唐山: '130200' } as const
type SiteKey = keyof typeof sites

const device = (key: string, siteKey: SiteKey, role: DeviceDraft['role'], host: number): DeviceDraft => ({
  key, siteKey, name: key, role, address: `127.1.0.${host}`, port: 10161, credentialKey: 'public', collectorId: null,
}) // prettier-ignore

const link = (upper: SiteKey, lower: SiteKey, [aMain, zMain, aSpare, zSpare]: string[]): LinkDraft => ({
  key: `${upper}-${lower}`,
  upperSiteKey: upper,
  lowerSiteKey: lower,
  name: '',
  circuits: [
    circuit('primary', `${lower}-主`, '电信', aMain!, zMain!),
    circuit('backup', `${lower}-备`, '移动', aSpare!, zSpare!),
  ],
})

const circuit = (role: 'primary' | 'backup', key: string, carrierKey: string, a: string, z: string) => ({
  key, role, carrierKey, number: `NO-${key}`, access: role === 'primary' ? 'mstp' as const : 'ipsec-vpn' as const, bandwidthBps: 10e6,
  promisedPercent: 99.9, monthlyFeeYuan: 1200, contractUntil: '2027-12-31',
  a: { deviceKey: a, ifName: `to-${key}` }, z: { deviceKey: z, ifName: `up-${key}` }, leg: { kind: 'snmp' as const, address: '127.1.1.1', port: 10161 },
}) // prettier-ignore

/** 省 – 市 – 正定, 藁城 and 省 – 唐山: a router and a VPN gateway each above the counties, everything with a backup. */
export function smallEstate(regions: Map<string, string>): EstateDraft {
  const region = (key: SiteKey) => regions.get(sites[key])!
  return {
    ...noDraft(region('省')),
    carriers: [{ key: '电信', name: '中国电信', hotline: '10000' }, { key: '移动', name: '中国移动', hotline: '10086' }],
    sites: (Object.keys(sites) as SiteKey[]).map((key) => ({
      key, regionId: region(key), name: `${key}机房`, kind: 'machine-room', address: null, contact: null, contactPhone: null,
    })),
    credentials: [{ key: 'public', name: 'public', regionId: region('省'), snmp: { version: '2c', community: 'public' } }],
    devices: [
      device('省-RT', '省', 'core-router', 1), device('省-VPN', '省', 'vpn-gateway', 2),
      device('市-RT', '市', 'core-router', 3), device('市-VPN', '市', 'vpn-gateway', 4), device('市-UPS', '市', 'ups', 5),
      device('正定-RT', '正定', 'access-router', 6), device('藁城-RT', '藁城', 'access-router', 7), device('唐山-RT', '唐山', 'core-router', 8),
    ],
    links: [
      link('省', '市', ['省-RT', '市-RT', '省-VPN', '市-VPN']), link('市', '正定', ['市-RT', '正定-RT', '市-VPN', '正定-RT']),
      link('市', '藁城', ['市-RT', '藁城-RT', '市-VPN', '藁城-RT']), link('省', '唐山', ['省-RT', '唐山-RT', '省-VPN', '唐山-RT']),
    ],
  } // prettier-ignore
}

/** Keeps the small estate; ids by key. */
export async function withSmallEstate({ context, services, regions }: TestApp): Promise<Map<string, string>> {
  const ids = await context.db.transaction().execute((tx) => services.estate.create(tx, smallEstate(regions)))
  services.estate.changed(ids.values())
  return ids
}

export const interfaceFacts = (ifName: string, more: Partial<InterfaceFacts> = {}): InterfaceFacts => ({
  ifIndex: 1, ifName, ifDescr: ifName, ifAlias: '', ifType: 6, ifMtu: 1500, ifSpeedBps: 1e9, ifPhysAddress: '001122334455',
  ifAdminStatus: 'up', ifOperStatus: 'up', ...more,
}) // prettier-ignore

export const sensorFacts = (key: string, more: Partial<SensorFacts> = {}): SensorFacts => ({
  key, class: 'temperature', descr: key, unit: '°C', oid: '1.3.6.1.2.1.99.1.1.1.4.1', lowWarn: null, highWarn: 35, highCritical: 45,
  states: [], ...more,
}) // prettier-ignore

export const deviceFact = (deviceId: string, more: Partial<DeviceFact> = {}): DeviceFact => ({
  deviceId,
  atMs: 1_795_000_000_000,
  identity: {
    vendor: 'Huawei', os: 'vrp', category: 'router', sysObjectID: '1.3.6.1.4.1.2011.2.224.321', sysName: 'ZD-RT-01',
    sysDescr: 'Huawei AR6121', hardware: 'AR6121', version: 'V300R022', serial: '2102351',
  }, // prettier-ignore
  interfaces: [],
  sensors: [],
  ...more,
})
