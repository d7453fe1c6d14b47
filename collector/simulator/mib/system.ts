import { oid, text, ticks, int } from './value.ts'
import { table } from './view.ts'
import type { Agent } from './agent.ts'

/** SNMPv2-MIB, the system group [RFC 3418]. */
export const system = table<Agent>('1.3.6.1.2.1.1', {
  1: ({ device }) => text(device.model.sysDescr.replace('{sysName}', device.sysName)),
  2: ({ device }) => oid(device.model.sysObjectID),
  3: ({ device }, atMs) => ticks(atMs - device.bootedMs),
  4: ({ device }) => text(`${device.site.site.contact} ${device.site.site.contactPhone}`),
  5: ({ device }) => text(device.sysName),
  6: ({ device }) => text(device.site.site.name),
  7: ({ device }) => int(device.model.wan ? 6 : 72),
})
