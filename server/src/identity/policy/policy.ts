import { Default } from 'typebox/value'
import type { AuditTrail } from '../../audit/trail.ts'
import { differences } from '../../audit/change.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { setSetting, settingOf } from '../../db/settings.ts'
import { mustCoverAll } from '../regions/regions.ts'
import { Policy } from './policy-schema.ts'
import type { Viewer } from '../viewer.ts'

export interface PolicyDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
}

/** Under which it is kept among the settings. */
export const policySetting = 'policy'

export const defaultPolicy = Default(Policy, {
  password: {},
  lockout: {},
  session: {},
  totpRoles: [],
}) as Policy

/** What the security officer decided for the whole installation; the defaults until then. */
export class PolicyService {
  readonly #deps: PolicyDeps
  /** Every request asks for it: read once per text. */
  #parsed: { text: string | undefined; policy: Policy } = { text: undefined, policy: defaultPolicy }

  constructor(deps: PolicyDeps) {
    this.#deps = deps
  }

  async get(db: Db = this.#deps.db): Promise<Policy> {
    return this.of(await settingOf(db, policySetting))
  }

  /** As it is kept, by whoever read it along with something else. */
  of(text: string | undefined): Policy {
    if (text !== this.#parsed.text) this.#parsed = { text, policy: parsed(text) }
    return this.#parsed.policy
  }

  /** Only for an officer whose grant covers the whole installation. */
  async set(viewer: Viewer, policy: Policy): Promise<Policy> {
    const { audit, clock } = this.#deps
    return audit.write(async (tx, note) => {
      await mustCoverAll(tx, viewer)
      const before = await this.get(tx)
      await setSetting(tx, policySetting, JSON.stringify(policy), clock())
      const entity = { type: 'policy', id: 'policy', name: '安全策略' }
      note({
        action: 'identity.policy-changed',
        entity,
        regionId: null,
        ...differences(before, policy),
      })
      return policy
    })
  }
}

/** A policy that was written by an earlier version lacks what is new. */
function parsed(text: string | undefined): Policy {
  if (text === undefined) return defaultPolicy
  return Default(Policy, JSON.parse(text)) as Policy
}
