import type { DeviceIdentity } from '@zongheng/inventory/device.ts'
import { makerOfEnterprise } from '@zongheng/inventory/enterprise.ts'
import type { Find, Profile } from '@zongheng/inventory/profile.ts'
import { rowsOf } from './rows.ts'
import type { Tables } from './tables.ts'
import { textOf } from './text.ts'

export type SystemGroup = Pick<DeviceIdentity, 'sysObjectID' | 'sysDescr' | 'sysName'>

const saysNothing = /^(?:none|n\/?a|null|unknown|not available|0+|x+|#+|<private>|-+)?$/i
const maxTextLength = 4096

function matched(find: Find, text: string): string {
  if (!find.match) return text
  const groups = new RegExp(find.match).exec(text.slice(0, maxTextLength))
  if (!groups) return ''
  const pattern = find.as ?? (groups.length > 1 ? '$1' : '$0')
  return pattern.replace(/\$(\d)/g, (_, digit: string) => groups[Number(digit)] ?? '')
}

async function* candidates(tables: Tables, find: Find, system: SystemGroup): AsyncGenerator<string> {
  if (find.sysDescr) yield system.sysDescr
  else if (find.oid) yield textOf(await tables.instance(find.oid))
  else if (find.column)
    for (const value of (await rowsOf(tables, find.column, find.where)).values()) yield textOf(value)
}

/** The first text that any of the finds gives. */
async function firstFound(tables: Tables, finds: Find[], system: SystemGroup): Promise<string> {
  for (const find of finds) {
    for await (const candidate of candidates(tables, find, system)) {
      const text = matched(find, candidate).replace(/\s+/g, ' ').trim()
      if (!saysNothing.test(text)) return text.slice(0, 200)
    }
  }
  return ''
}

/** Who the device is, by its profile; blank where it does not say. */
export async function identify(
  tables: Tables,
  profile: Profile,
  system: SystemGroup,
): Promise<DeviceIdentity> {
  const find = (finds: Find[]) => firstFound(tables, finds, system)
  const maker = makerOfEnterprise(system.sysObjectID)
  const vendor = profile.vendor || maker.vendor || (await find(profile.vendorFrom)).toLowerCase()
  return {
    vendor,
    os: profile.os,
    category: profile.category || maker.category,
    ...system,
    hardware: (await find(profile.hardware)) || (profile.models[system.sysObjectID] ?? ''),
    version: await find(profile.version),
    serial: await find(profile.serial),
  }
}
