import type { NewCheck } from '../checks/schema.ts'

export interface DemoCheckPlaces {
  /** Where this installation answers. */
  url: string
  /** A simulated router, and where it is asked. */
  device: { id: string; name: string; address: string; port: number }
  regionId: string
}

const http = { kind: 'http', method: 'GET', status: [], lacks: '', redirects: 0, verifyTls: false, watchBody: false } // prettier-ignore

/** What there truly is to try in a demo: the installation itself, and a simulated router. By keys that are never given twice. */
export function demoChecks({ url, device, regionId }: DemoCheckPlaces): Map<string, NewCheck> {
  const { hostname, port, protocol } = new URL(url)
  const own = { regionId, intervalS: 30, timeoutMs: 5000 }
  const { id: deviceId, address, port: snmpPort } = device
  return new Map<string, NewCheck>([
    [
      'check health',
      {
        ...own,
        name: '纵横服务健康',
        spec: { ...http, url: new URL('/api/health', url).href, contains: 'ok' },
      },
    ],
    [
      'check api',
      {
        ...own,
        intervalS: 60,
        name: '纵横接口文档',
        spec: { ...http, url: new URL('/api/openapi.json', url).href, contains: 'openapi' },
      },
    ],
    [
      'check port',
      {
        ...own,
        name: '纵横控制台端口',
        spec: {
          kind: 'tcp',
          host: hostname,
          port: Number(port) || (protocol === 'https:' ? 443 : 80),
          expect: '',
        },
      },
    ],
    [
      'check uptime',
      {
        name: `${device.name} 运行时间`,
        deviceId,
        // sysUpTime.0 [RFC 3418]
        spec: { kind: 'snmp', host: address, port: snmpPort, oid: '1.3.6.1.2.1.1.3.0' },
        snmp: { version: '2c', community: 'public' },
      },
    ],
  ])
}
