import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseProfile, ProfileError } from './profile-parse.ts'
import { ruleLists, type Profile } from './profile.ts'

function inherit(profile: Profile, base: Profile): Profile {
  const merged: Profile = {
    ...profile,
    cpuCombination: profile.cpuCombination ?? base.cpuCombination,
    quirks: { ...base.quirks, ...profile.quirks },
  }
  for (const key of ruleLists)
    if (key !== 'recognise') Object.assign(merged, { [key]: [...profile[key], ...base[key]] })
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

export const profileFolder = join(import.meta.dirname, '..', 'profiles')

/** The files of a folder, name → YAML. */
export function profileTexts(folder = profileFolder): Map<string, string> {
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

let shipped: Profile[] | undefined

/** All profiles of `profiles/`, read once. */
export const loadProfiles = (): Profile[] => (shipped ??= resolveProfiles(profileTexts()))
