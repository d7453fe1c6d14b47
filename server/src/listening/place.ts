import type { LogEntry } from '@zongheng/collector/contract.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import { devicesOf } from '../uplink/belongs.ts'

/** Whose a record is, and who may see it. */
export interface Place {
  device: DeviceModel | null
  /** Of what nobody we know said: where the collector stands. */
  regionId: string | null
}

interface Known {
  devices: ReadonlyMap<string, DeviceModel>
  /** Null where several share it. */
  byAddress: ReadonlyMap<string, DeviceModel | null>
  byName: ReadonlyMap<string, DeviceModel | null>
  regionId: string | null
}

const reckoned = new WeakMap<EstateModel, Map<string, Known>>()

/**
 * Where an entry belongs: to the device that the collector knows by its key, else to the one whose address it came from, else to
 * the one that a relay names as the host. Only devices of that collector: of others it may not speak.
 */
export function placeOf(model: EstateModel, collectorId: string, entry: LogEntry): Place {
  const known = knownOf(model, collectorId)
  const device =
    (entry.deviceId ? known.devices.get(entry.deviceId) : null) ??
    known.byAddress.get(entry.address) ??
    (entry.host ? (known.byAddress.get(entry.host) ?? known.byName.get(entry.host.toLowerCase())) : null) ??
    null
  return { device, regionId: device?.regionId ?? known.regionId }
}

function knownOf(model: EstateModel, collectorId: string): Known {
  let ofModel = reckoned.get(model)
  if (!ofModel) reckoned.set(model, (ofModel = new Map()))
  let known = ofModel.get(collectorId)
  if (!known) ofModel.set(collectorId, (known = reckon(model, collectorId)))
  return known
}

function reckon(model: EstateModel, collectorId: string): Known {
  const devices = new Map(devicesOf(model, collectorId).map((device) => [device.id, device]))
  const byAddress = new Map<string, DeviceModel | null>()
  const byName = new Map<string, DeviceModel | null>()
  const add = (map: Map<string, DeviceModel | null>, key: string, device: DeviceModel) =>
    map.set(key, map.has(key) && map.get(key) !== device ? null : device)
  for (const device of devices.values()) {
    for (const address of [device.address, ...device.answersFrom]) add(byAddress, address, device)
    add(byName, device.name.toLowerCase(), device)
  }
  for (const { leg, z } of model.circuits.values()) {
    const device = devices.get(z.deviceId)
    if (leg && device) add(byAddress, leg.address, device)
  }
  const collector = model.collectors.get(collectorId)
  const site = collector?.siteId ? model.sites.get(collector.siteId) : undefined
  return { devices, byAddress, byName, regionId: site?.regionId ?? collector?.regionId ?? rootOf(model) }
}

const rootOf = ({ regions }: EstateModel): string | null =>
  [...regions.values()].sort((a, b) => a.path.length - b.path.length)[0]?.id ?? null
