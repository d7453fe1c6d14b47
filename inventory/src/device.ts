export const deviceRoles = [
  'core-router',
  'access-router',
  'core-switch',
  'access-switch',
  'firewall',
  'vpn-gateway',
  'server',
  'storage',
  'ups',
  'pdu',
  'environment',
  'mcu',
  'ip-pbx',
  'printer',
  'other',
] as const
export type DeviceRole = (typeof deviceRoles)[number]

/** What a discovery finds out about a device; blank when the device does not say. */
export interface DeviceIdentity {
  vendor: string
  os: string
  category: string
  sysObjectID: string
  sysName: string
  sysDescr: string
  hardware: string
  version: string
  serial: string
}

/** `unreachable`: something nearer to the collector explains the silence. `unknown`: nobody looks. */
export const deviceStates = ['up', 'degraded', 'down', 'unreachable', 'unknown'] as const
export type DeviceState = (typeof deviceStates)[number]
