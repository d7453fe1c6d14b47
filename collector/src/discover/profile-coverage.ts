/** Which recordings show which profiles, and what is found in them. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { identifiedFields } from '@zongheng/inventory/explanation.ts'
import { ruleLists, type Profile } from '@zongheng/inventory/profile.ts'
import { discover } from './discover.ts'
import { explain } from './explain.ts'
import { parseRecording, readerOf } from './recording.ts'

export interface Coverage {
  profile: string
  /** Its own, without those it inherits. */
  rules: number
  recordings: { name: string; identity: number; measured: number }[]
}

const suffix = '.snmprec'

/** The recordings of a folder, by path. */
export const recordingsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => join(folder, file))

const rulesOf = (profile: Profile) =>
  ruleLists.reduce((sum, list) => sum + profile[list].filter(({ rule }) => rule.startsWith(`${profile.name}/`)).length, 0) // prettier-ignore

/** Discovers each recording. A profile that is extended by the one that knows a recording counts where a rule of its gave a fact. */
export async function coverageOf(profiles: Profile[], recordings: string[]): Promise<Coverage[]> {
  const covered = new Map<string, Coverage>(
    profiles.map((profile) => [profile.name, { profile: profile.name, rules: rulesOf(profile), recordings: [] }]), // prettier-ignore
  )
  for (const path of recordings) {
    const discovery = await discover(readerOf(parseRecording(readFileSync(path, 'utf8'))), profiles)
    const known = explain(discovery)
    if (!known) continue
    const origins = [...Object.values(known.identity), ...known.measured].map(
      ({ rule }) => rule.split('/')[0],
    )
    for (const profile of new Set([known.profile, ...origins])) {
      const identity = identifiedFields.filter((field) => known.identity[field]?.rule.startsWith(`${profile}/`)).length // prettier-ignore
      const measured = known.measured.filter(({ rule }) => rule.startsWith(`${profile}/`)).length
      covered.get(profile ?? '')?.recordings.push({ name: basename(path, suffix), identity, measured })
    }
  }
  return [...covered.values()]
}
