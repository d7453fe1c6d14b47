import type { DeviceIdentity } from '@zongheng/inventory/device.ts'
import { makerOfEnterprise } from '@zongheng/inventory/enterprise.ts'
import type { Find, Profile } from '@zongheng/inventory/profile.ts'
import type { IdentifiedField, TextOrigin } from '@zongheng/inventory/explanation.ts'
import type { Recognition } from './plan.ts'
import { rowsOf } from './rows.ts'
import type { Tables } from './tables.ts'
import { textOf } from './text.ts'

export type SystemGroup = Pick<DeviceIdentity, 'sysObjectID' | 'sysDescr' | 'sysName'>

const saysNothing = /^(?:none|n\/?a|null|unknown|not available|0+|x+|#+|<private>|-+)?$/i
const maxTextLength = 4096
/** What of a long text is kept to show where a word of it comes from. */
const maxRawLength = 500

function matched(find: Find, text: string): string {
  if (!find.match) return text
  const groups = new RegExp(find.match).exec(text.slice(0, maxTextLength))
  if (!groups) return ''
  const pattern = find.as ?? (groups.length > 1 ? '$1' : '$0')
  return pattern.replace(/\$(\d)/g, (_, digit: string) => groups[Number(digit)] ?? '')
}

interface Candidate {
  oid: string | null
  raw: string
}

async function* candidates(tables: Tables, find: Find, system: SystemGroup): AsyncGenerator<Candidate> {
  if (find.sysDescr) yield { oid: null, raw: system.sysDescr }
  else if (find.oid) yield { oid: find.oid, raw: textOf(await tables.instance(find.oid)) }
  else if (find.column)
    for (const [index, value] of await rowsOf(tables, find.column, find.where))
      yield { oid: `${find.column}.${index}`, raw: textOf(value) }
}

/** A text of the identity, and where it comes from; blank and null when nobody says. */
type Found = [text: string, origin: TextOrigin | null]
const nothing: Found = ['', null]

/** The first text that any of the finds gives. */
async function firstFound(tables: Tables, finds: Find[], system: SystemGroup): Promise<Found> {
  for (const find of finds) {
    for await (const { oid, raw } of candidates(tables, find, system)) {
      const text = matched(find, raw).replace(/\s+/g, ' ').trim()
      if (!saysNothing.test(text))
        return [text.slice(0, 200), { rule: find.rule, oid, raw: raw.slice(0, maxRawLength) }]
    }
  }
  return nothing
}

/** What a profile or the table of makers says outright. */
const said = (text: string | undefined, rule: string, raw = ''): Found =>
  text ? [text, { rule, oid: null, raw }] : nothing

async function firstOf(...sources: (Found | (() => Promise<Found>))[]): Promise<Found> {
  for (const source of sources) {
    const found = typeof source === 'function' ? await source() : source
    if (found[0] !== '') return found
  }
  return nothing
}

const lowerCased = ([text, origin]: Found): Found => [text.toLowerCase(), origin]

/** Who the device is, by its profile, and which rule said so; blank where it does not say. */
export async function identify(
  tables: Tables,
  profile: Profile,
  system: SystemGroup,
): Promise<{ identity: DeviceIdentity; origins: Recognition['identity'] }> {
  const { name, models } = profile
  const find = (finds: Find[]) => () => firstFound(tables, finds, system)
  const maker = makerOfEnterprise(system.sysObjectID)
  const byNumber = (text: string) => said(text, 'enterprises', system.sysObjectID)
  const [vendor, category, hardware, version, serial] = await Promise.all([
    firstOf(said(profile.vendor, `${name}/vendor`), byNumber(maker.vendor), async () =>
      lowerCased(await firstFound(tables, profile.vendorFrom, system)),
    ),
    firstOf(said(profile.category, `${name}/category`), byNumber(maker.category)),
    firstOf(
      find(profile.hardware),
      said(models[system.sysObjectID], `${name}/models/${system.sysObjectID}`, system.sysObjectID),
    ),
    firstOf(find(profile.version)),
    firstOf(find(profile.serial)),
  ])
  const os = said(profile.os, `${name}/os`)
  const found: Record<IdentifiedField, Found> = { vendor, os, category, hardware, version, serial }
  const fields = Object.entries(found) as [IdentifiedField, Found][]
  const texts = Object.fromEntries(fields.map(([field, [text]]) => [field, text]))
  const origins = Object.fromEntries(
    fields.flatMap(([field, [, origin]]) => (origin ? [[field, origin]] : [])),
  )
  return { identity: { ...system, ...(texts as Record<IdentifiedField, string>) }, origins }
}
