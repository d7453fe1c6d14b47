import { Default } from 'typebox/value'
import type { AuditTrail } from '../../audit/trail.ts'
import { differences } from '../../audit/change.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { forbidden } from '../../http/problem.ts'
import { readPolicy, rootPath, writePolicy } from '../account/account-store.ts'
import { Policy } from './policy-schema.ts'
import { covers, type Viewer } from '../viewer.ts'

export interface PolicyDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
}

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
    const text = await readPolicy(db)
    if (text !== this.#parsed.text) this.#parsed = { text, policy: parsed(text) }
    return this.#parsed.policy
  }

  /** Only for an officer whose grant covers the whole installation. */
  async set(viewer: Viewer, policy: Policy): Promise<Policy> {
    const { audit, clock } = this.#deps
    return audit.write(async (tx, note) => {
      const root = await rootPath(tx)
      if (root !== undefined && !covers(viewer, root)) throw forbidden()
      const before = await this.get(tx)
      await writePolicy(tx, JSON.stringify(policy), clock())
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
