/** By which rules of which profiles devices are known, and which profiles there are. */
import { setImmediate } from 'node:timers/promises'
import type { Fact } from '@zongheng/collector/contract.ts'
import { identifiedFields, placeOfRule, type Explanation } from '@zongheng/inventory/explanation.ts'
import { profileTexts } from '@zongheng/inventory/profile-library.ts'
import { parseProfile } from '@zongheng/inventory/profile-parse.ts'
import { ruleLists, type Profile } from '@zongheng/inventory/profile.ts'
import type { Db } from '../db/database.ts'
import { notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { DeviceExplanation, ProfileCoverage } from './schema.ts'
import * as store from './store.ts'

type DeviceFact = Extract<Fact, { kind: 'device' }>

export class ProfileService {
  readonly #db: Db
  #library: Promise<Profile[]> | undefined

  constructor(db: Db) {
    this.#db = db
  }

  /** Keeps what a collector told of a device that there is; older ones tell nothing. */
  async take(tx: Db, { deviceId, explanation, atMs }: DeviceFact): Promise<void> {
    if (!explanation || !(await store.isDevice(tx, deviceId))) return
    await store.keep(tx, {
      device_id: deviceId,
      profile: explanation.profile,
      rule: explanation.rule,
      measured: explanation.measured.length,
      explanation: JSON.stringify(explanation).replaceAll('\\u0000', ''), // no text of PostgreSQL holds it
      at: atMs,
    })
  }

  async explain(viewer: Viewer, deviceId: string): Promise<DeviceExplanation | null> {
    const row = await store.explanationOf(this.#db, viewer, deviceId)
    if (!row) throw notFound('device')
    if (row.explanation === null || row.at === null) return null
    const { profile, rule, identity, measured } = JSON.parse(row.explanation) as Explanation
    return {
      profile,
      rule,
      ...placeOfRule(rule ?? profile),
      at: row.at,
      identity: identifiedFields.flatMap((field) => {
        const origin = identity[field]
        return origin
          ? [{ field, text: row[field], ...placeOfRule(origin.rule), oid: origin.oid, raw: origin.raw }]
          : []
      }),
      measured: measured.map((one) => ({ ...one, ...placeOfRule(one.rule) })),
    }
  }

  async coverage(viewer: Viewer): Promise<ProfileCoverage> {
    const counted = new Map((await store.countsByProfile(this.#db, viewer)).map((row) => [row.profile, row]))
    const unknown = await store.unrecognised(this.#db, viewer)
    const examples = new Map((await this.#named(unknown.map(({ id }) => id))).map((row) => [row.id, row]))
    this.#library ??= readLibrary()
    return {
      profiles: (await this.#library).map((profile) => {
        const count = counted.get(profile.name)
        return {
          ...aboutProfile(profile),
          devices: Number(count?.devices ?? 0),
          measured: Number(count?.measured ?? 0),
          lastAt: count?.at ?? null,
        }
      }),
      unknown: unknown.map((row) => ({
        sysObjectID: row.sys_object_id,
        sysDescr: examples.get(row.id)?.sys_descr ?? '',
        devices: Number(row.devices),
        device: { id: row.id, name: examples.get(row.id)?.name ?? '' },
      })),
    }
  }

  #named(ids: string[]) {
    return ids.length === 0 ? [] : store.named(this.#db, ids)
  }
}

/** Files read without letting others go on: some 30 ms. */
const filesAtOnce = 16

/** Some files after the others, so that nobody waits for all of them. */
async function readLibrary(): Promise<Profile[]> {
  const profiles: Profile[] = []
  for (const [file, text] of profileTexts()) {
    profiles.push(parseProfile(text, file))
    if (profiles.length % filesAtOnce === 0) await setImmediate()
  }
  return profiles
}

const aboutProfile = (profile: Profile) => ({
  name: profile.name,
  vendor: profile.vendor,
  os: profile.os,
  category: profile.category,
  extends: profile.extends,
  rules: ruleLists.reduce((sum, list) => sum + profile[list].length, 0),
})
