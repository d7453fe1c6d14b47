import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseProfile, ProfileError } from './profile-parse.ts'
import type { Profile, Recognition } from './profile.ts'

/** Reads what a device without a profile of its own is read by. */
export const genericProfile = 'generic'

/** The lists that `extends` appends; what a profile says itself comes first. */
const lists = [
  'vendorFrom',
  'hardware',
  'version',
  'serial',
  'processors',
  'memory',
  'storage',
  'sensors',
  'entitySensors',
  'vlans',
] as const

function inherit(profile: Profile, base: Profile): Profile {
  const merged: Profile = { ...profile, cpuCombination: profile.cpuCombination ?? base.cpuCombination }
  for (const key of lists) Object.assign(merged, { [key]: [...profile[key], ...base[key]] })
  return merged
}

/** A value with each OID in it moved from below one number to below another. */
function rebased<T>(value: T, moves: [string, string][]): T {
  if (typeof value === 'string') {
    const move = moves.find(([from]) => value.startsWith(`${from}.`))
    return (move ? `${move[1]}${value.slice(move[0].length)}` : value) as T
  }
  if (Array.isArray(value)) return value.map((item: unknown) => rebased(item, moves)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, rebased<unknown>(item, moves)])
  return Object.fromEntries(entries) as T
}

/** The profile as it holds for this device: what its model keeps in a subtree of its own is put there. */
export function forDevice(profile: Profile, sysObjectID: string): Profile {
  if (!profile.ownTree) return profile
  const { base, drop } = profile.ownTree
  const arcs = sysObjectID.split('.')
  const own = arcs.slice(0, arcs.length - drop).join('.')
  return rebased({ ...profile, ownTree: undefined }, [[base, own]])
}

function resolve(name: string, parsed: Map<string, Profile>, below: string[]): Profile {
  const profile = parsed.get(name)
  const file = `${below.at(-1) ?? name}.yaml`
  if (!profile) throw new ProfileError(file, [{ path: '/extends', message: `knows no profile ${name}` }])
  if (below.includes(name))
    throw new ProfileError(file, [{ path: '/extends', message: `${name} extends itself` }])
  const moves = Object.entries(profile.rebase)
  return profile.extends.reduce(
    (merged, base) => inherit(merged, rebased(resolve(base, parsed, [...below, name]), moves)),
    profile,
  )
}

/** Parses and resolves the profiles of some files, given as name → YAML. */
export function resolveProfiles(files: Map<string, string>): Profile[] {
  const parsed = new Map<string, Profile>()
  for (const [file, text] of files) {
    const profile = parseProfile(text, file)
    if (`${profile.name}.yaml` !== file)
      throw new ProfileError(file, [{ path: '/name', message: 'must be the name of its file' }])
    parsed.set(profile.name, profile)
  }
  return [...parsed.keys()].map((name) => resolve(name, parsed, []))
}

let shipped: Profile[] | undefined

/** All profiles of `profiles/`, read once. */
export function loadProfiles(): Profile[] {
  if (shipped) return shipped
  const folder = join(import.meta.dirname, '..', 'profiles')
  const paths = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
  shipped = resolveProfiles(
    new Map(paths.map((file) => [basename(file), readFileSync(join(folder, file), 'utf8')])),
  )
  return shipped
}

/** How well a rule fits: the length of the prefix, with a half for a matching sysDescr; 0 for not at all. */
function fit(rule: Recognition, sysObjectID: string, sysDescr: string): number {
  const prefixes = (rule.sysObjectID ?? []).filter(
    (p) => sysObjectID === p || sysObjectID.startsWith(`${p}.`),
  )
  if (rule.sysObjectID && prefixes.length === 0) return 0
  if (rule.sysDescr && !new RegExp(rule.sysDescr).test(sysDescr)) return 0
  const length = Math.max(0, ...prefixes.map((p) => p.split('.').length))
  return length + (rule.sysDescr ? 0.5 : 0)
}

/** The profile that fits best, or the generic one. */
export function recognise(profiles: Profile[], sysObjectID: string, sysDescr: string): Profile {
  let best: Profile | undefined
  let bestFit = 0
  for (const profile of profiles) {
    const fitness = Math.max(0, ...profile.recognise.map((rule) => fit(rule, sysObjectID, sysDescr)))
    if (fitness > bestFit) [best, bestFit] = [profile, fitness]
  }
  best ??= profiles.find((profile) => profile.name === genericProfile)
  if (!best) throw new Error(`there is no profile named ${genericProfile}`)
  return best
}
