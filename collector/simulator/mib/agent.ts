import type { Family } from '@zongheng/inventory/demo/models.ts'
import type { DeviceState } from '../world/device.ts'
import { bridge } from './bridge.ts'
import { entPhysicalTable, partsOf } from './entity.ts'
import { environment } from './environment.ts'
import { ifNumber, ifTable, ifTableLastChange, ifXTable } from './interfaces.ts'
import { lldp } from './lldp.ts'
import { cisco, h3c, huawei, ruijie } from './network-gear.ts'
import { routing } from './routing.ts'
import { server } from './server.ts'
import { system } from './system.ts'
import { ups } from './ups.ts'
import { MibView, rows, type Leaf } from './view.ts'

/** A device as its own SNMP agent sees it: the one row of every scalar group. */
export interface Agent {
  index: readonly [0]
  device: DeviceState
}

const families: Record<Family, (agent: Agent) => Leaf[]> = {
  huawei,
  h3c,
  cisco,
  ruijie,
  linux: server,
  ups,
  environment,
}

export function viewOf(device: DeviceState): MibView {
  const agent: Agent = { index: [0], device }
  return new MibView([
    ...rows(system, [agent]),
    ...rows(ifNumber, [agent]),
    ...rows(ifTable, device.ports),
    ...rows(ifXTable, device.ports),
    ...rows(ifTableLastChange, [agent]),
    ...rows(entPhysicalTable, partsOf(device)),
    ...lldp(device),
    ...routing(device),
    ...bridge(device),
    ...families[device.model.family](agent),
  ])
}
