/** Which profile a device is read by: what it says of itself, and where that says nothing, what it answers. Pure. */
import type { Profile, Recognition } from './profile.ts'

/** Reads what a device without a profile of its own is read by. */
export const genericProfile = 'generic'

/** What a device says of itself; `probed` holds the texts of those instances among `probesOf` that it answers. */
export interface Introduction {
  sysObjectID: string
  sysDescr: string
  probed?: ReadonlyMap<string, string>
}

export interface Recognised {
  profile: Profile
  /** Null for the generic profile, which holds for whatever no rule knows. */
  rule: string | null
}

/** By what a rule goes besides a prefix of sysObjectID; each is less than one number of a prefix. */
const weight = { sysDescr: 0.25, probe: 0.5 }

/** How well what a device says fits: the length of the prefix, more for sysDescr; null for not at all. */
function saidFit(rule: Recognition, { sysObjectID, sysDescr }: Introduction): number | null {
  const prefixes = (rule.sysObjectID ?? []).filter(
    (p) => sysObjectID === p || sysObjectID.startsWith(`${p}.`),
  )
  if (rule.sysObjectID && prefixes.length === 0) return null
  if (rule.sysDescr && !new RegExp(rule.sysDescr).test(sysDescr)) return null
  const length = Math.max(0, ...prefixes.map((p) => p.split('.').length))
  return length + (rule.sysDescr ? weight.sysDescr : 0)
}

function fit(rule: Recognition, device: Introduction): number {
  const said = saidFit(rule, device)
  if (said === null || !rule.probe) return said ?? 0
  const answer = device.probed?.get(rule.probe.oid)
  if (answer === undefined || (rule.probe.match && !new RegExp(rule.probe.match).test(answer))) return 0
  return said + weight.probe
}

function best(profiles: Profile[], device: Introduction): Recognised | undefined {
  let found: Recognised | undefined
  let bestFit = 0
  for (const profile of profiles) {
    for (const rule of profile.recognise) {
      const fitness = fit(rule, device)
      if (fitness > bestFit) [found, bestFit] = [{ profile, rule: rule.rule }, fitness]
    }
  }
  return found
}

/** The instances to ask before the device is recognised: none of most devices. */
export function probesOf(profiles: Profile[], device: Introduction): string[] {
  const isKnown = best(profiles, { ...device, probed: new Map() }) !== undefined
  const asked = profiles
    .flatMap(({ recognise }) => recognise)
    .filter((rule) => {
      const said = saidFit(rule, device)
      return said !== null && (said > 0 || !isKnown)
    })
  return [...new Set(asked.flatMap(({ probe }) => (probe ? [probe.oid] : [])))]
}

/** The profile that fits best, or the generic one. */
export function recognise(profiles: Profile[], device: Introduction): Recognised {
  const found = best(profiles, device)
  if (found) return found
  const generic = profiles.find((profile) => profile.name === genericProfile)
  if (!generic) throw new Error(`there is no profile named ${genericProfile}`)
  return { profile: generic, rule: null }
}
