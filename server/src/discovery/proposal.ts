/** What a find would be called, what it is there for, and where it stands: guesses with their reasons, for a person to look at. */
import type { FoundDevice } from '@zongheng/collector/contract.ts'
import type { DeviceIdentity, DeviceRole } from '@zongheng/inventory/device.ts'
import type { EstateModel, SiteModel } from '../estate/model.ts'
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
  return { name: clean(identity.sysName, 100) || address, role: role.role, site: site?.site ?? null, reasons }
}

interface Placed {
  site: SiteModel
  guess: Guess
}

function siteOf(address: string, identity: DeviceIdentity, model: EstateModel, regionPath: string) {
  const within = (site: SiteModel | undefined): site is SiteModel =>
    site !== undefined && (model.regions.get(site.regionId)?.path.startsWith(regionPath) ?? false)
  return legSite(address, model, within) ?? namedSite(identity.sysName, model, within) ?? subnetSite(address, model, within) // prettier-ignore
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

/** The site or region that its name says, in characters or in letters; the longest, as 石家庄 is in 石家庄东. */
function namedSite(sysName: string, model: EstateModel, within: Within): Placed | null {
  const name = sysName.toLowerCase().replace(/[\s_.-]/g, '')
  if (name === '') return null
  const sites = [...model.sites.values()].filter(within)
  const said = sites.flatMap((site) =>
    [site.name, model.regions.get(site.regionId)?.name ?? ''].flatMap((word) => {
      const letters = wordsOf(word).filter((one) => name.includes(one))
      return letters.map((one) => ({ site, word, length: one.length }))
    }),
  )
  const best = said.toSorted((a, b) => b.length - a.length)[0]
  return best ? { site: best.site, guess: { code: 'name-says', value: best.word } } : null
}

/** 正定县 as 正定县, 正定, zhengdingxian, zhengding. */
function wordsOf(word: string): string[] {
  const bare = word.replace(/(?:自治)?[省市县区旗]$/, '')
  const han = [...new Set([word, bare])].filter((one) => one.length >= 2)
  return [...han, ...han.map((one) => spelled(one)).filter((one) => one.length >= leastLetters)]
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
