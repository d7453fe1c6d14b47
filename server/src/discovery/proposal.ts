/** What a find would be called, what it is there for, and where it stands: guesses with their reasons, for a person to look at. */
import type { FoundDevice } from '@zongheng/collector/contract.ts'
import type { DeviceIdentity, DeviceRole } from '@zongheng/inventory/device.ts'
import type { EstateModel, RegionModel, SiteModel } from '../estate/model.ts'
import { clean } from '../estate/text.ts'
import { spelled } from '../search/words.ts'

export interface Guess {
  code: 'leg-of' | 'same-subnet' | 'name-says' | 'category' | 'model-says' | 'many-ports' | 'few-ports'
  /** A link's, site's or region's name, a subnet, a word of the model. */
  value: string
}

export interface Proposal {
  name: string
  role: DeviceRole
  site: SiteModel | null
  /** Where it stands as far as its name tells and nothing stands yet: a site is made there. */
  region: RegionModel | null
  reasons: Guess[]
}

const roles: Record<string, DeviceRole> = {
  firewall: 'firewall',
  loadbalancer: 'other',
  server: 'server',
  bmc: 'server',
  storage: 'storage',
  ups: 'ups',
  power: 'ups',
  pdu: 'pdu',
  environment: 'environment',
  printer: 'printer',
  collaboration: 'mcu',
}
/** By the makers' own names of their series. */
const models: [pattern: RegExp, role: DeviceRole][] = [
  [/\b(?:USG|SecPath|FortiGate|ASA ?5|Eudemon|SRX)/i, 'firewall'],
  [/\b(?:AR|NE|MSR|SR66|SR88|ISR|ASR|RSR|RG-RSR|ZXR10 (?:M6|T8|GER))[-\s]?\w*\d/, 'access-router'],
  [/\brouter|路由器/i, 'access-router'],
  [/\b(?:S\d{4}|CE\d{4,5}|WS-C|Catalyst|Nexus|N\dK|RG-S|LS-|ICX|EX\d{4})/i, 'access-switch'],
  [/\bswitch|交换机/i, 'access-switch'],
]
const ethernetCsmacd = 6
const switchPorts = 10

export function proposalOf(
  address: string,
  { identity, interfaces }: FoundDevice,
  model: EstateModel,
  regionPath: string,
): Proposal {
  const site = siteOf(address, identity, model, regionPath)
  const role = site?.guess.code === 'leg-of' ? { role: 'access-router' as const, guess: site.guess } : roleOf(identity, interfaces) // prettier-ignore
  const reasons = [...new Set([site?.guess, role.guess].filter((guess) => guess !== undefined))]
  const place = { site: site?.site ?? null, region: site?.region ?? null }
  return { name: clean(identity.sysName, 100) || address, role: role.role, ...place, reasons }
}

interface Placed {
  site: SiteModel | null
  region?: RegionModel | null
  guess: Guess
}

function siteOf(address: string, identity: DeviceIdentity, model: EstateModel, regionPath: string) {
  const within = (site: SiteModel | undefined): site is SiteModel =>
    site !== undefined && (model.regions.get(site.regionId)?.path.startsWith(regionPath) ?? false)
  return legSite(address, model, within) ?? namedSite(identity.sysName, model, within, regionPath) ?? subnetSite(address, model, within) // prettier-ignore
}

type Within = (site: SiteModel | undefined) => site is SiteModel

/** The far end of the circuits whose legs are probed at this address; none where they lead to different places. */
function legSite(address: string, model: EstateModel, within: Within): Placed | null {
  const links = [...model.circuits.values()].flatMap(({ leg, linkId }) =>
    leg?.address === address ? (model.links.get(linkId) ?? []) : [],
  )
  const [link, ...others] = links
  if (!link || others.some(({ lowerSiteId }) => lowerSiteId !== link.lowerSiteId)) return null
  const site = model.sites.get(link.lowerSiteId)
  return within(site) ? { site, guess: { code: 'leg-of', value: link.name } } : null
}

/** Shorter ones are parts of other words. */
const leastLetters = 4

/** The site or region that its name says, in characters, in letters or by its code; the longest, as 石家庄 is in 石家庄东. */
function namedSite(sysName: string, model: EstateModel, within: Within, regionPath: string): Placed | null {
  const name = sysName.toLowerCase().replace(/[\s_.-]/g, '')
  if (name === '') return null
  const codes = new Set(sysName.match(/(?<!\d)\d{6}(?!\d)/g))
  const lengths = (words: readonly string[], code: string) =>
    [...words.flatMap(wordsOf).filter((one) => name.includes(one)), ...(codes.has(code) ? [code] : [])].map((one) => one.length) // prettier-ignore
  const sites = [...model.sites.values()].filter(within)
  const settled = new Set(sites.map(({ regionId }) => regionId))
  const places = [
    ...sites.map((site) => ({ site, region: model.regions.get(site.regionId)!, words: [site.name] })),
    ...[...model.regions.values()]
      .filter(({ id, path }) => path.startsWith(regionPath) && !settled.has(id))
      .map((region) => ({ site: null, region, words: [] })),
  ]
  const said = places.flatMap(
    ({ site, region, words }) =>
    lengths([...words, region.name], region.code).map((length) => ({ site, region, word: site?.name ?? region.name, length })), // prettier-ignore
  )
  const best = said.toSorted((a, b) => b.length - a.length)[0]
  if (!best) return null
  return { site: best.site, region: best.site ? null : best.region, guess: { code: 'name-says', value: best.word } } // prettier-ignore
}

const spellings = new Map<string, readonly string[]>()

/** 正定县 as 正定县, 正定, zhengdingxian, zhengding. Spelled once: there are thousands of regions. */
function wordsOf(word: string): readonly string[] {
  const known = spellings.get(word)
  if (known) return known
  const bare = word.replace(/(?:自治)?[省市县区旗]$/, '')
  const han = [...new Set([word, bare])].filter((one) => one.length >= 2)
  const words = [...han, ...han.map((one) => spelled(one)).filter((one) => one.length >= leastLetters)]
  spellings.set(word, words)
  return words
}

/** Where most of the devices of its /24 stand. */
function subnetSite(address: string, model: EstateModel, within: Within): Placed | null {
  const subnet = address.slice(0, address.lastIndexOf('.') + 1)
  const counts = new Map<string, number>()
  for (const device of model.devices.values())
    if (device.address.startsWith(subnet)) counts.set(device.siteId, (counts.get(device.siteId) ?? 0) + 1)
  const [best] = [...counts].toSorted((a, b) => b[1] - a[1])
  const site = model.sites.get(best?.[0] ?? '')
  return within(site) ? { site, guess: { code: 'same-subnet', value: `${subnet}0/24` } } : null
}

function roleOf(
  { category, hardware, sysDescr }: DeviceIdentity,
  interfaces: FoundDevice['interfaces'],
): { role: DeviceRole; guess: Guess } {
  const role = roles[category]
  if (role) return { role, guess: { code: 'category', value: category } }
  for (const [pattern, role] of models) {
    const word = pattern.exec(hardware)?.[0] ?? pattern.exec(sysDescr)?.[0]
    if (word) return { role, guess: { code: 'model-says', value: word } }
  }
  const ports = interfaces.filter(({ ifType }) => ifType === ethernetCsmacd).length
  if (category === 'network' && ports >= switchPorts)
    return { role: 'access-switch', guess: { code: 'many-ports', value: String(ports) } }
  return category === 'network'
    ? { role: 'access-router', guess: { code: 'few-ports', value: String(ports) } }
    : { role: 'other', guess: { code: 'category', value: category } }
}
