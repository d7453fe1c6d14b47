import { timingSafeEqual } from 'node:crypto'
import { currentActor } from '../audit/actor.ts'
import type { Change } from '../audit/change.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { invalid, ProblemError } from '../http/problem.ts'
import { allProvinces, divisionsOf } from '../identity/regions/divisions.ts'
import { hashPassword } from '../identity/passwords/password.ts'
import { passwordProblems } from '../identity/passwords/password-rules.ts'
import { defaultPolicy } from '../identity/policy/policy.ts'
import type { Role } from '../identity/roles.ts'
import type { IdentityService } from '../identity/service.ts'
import type { EstateService } from '../estate/service.ts'
import type { SecretBox } from '../secret-box.ts'
import type { Setup, SetupStatus } from './schema.ts'
import * as store from './store.ts'

export interface SetupDeps {
  db: Db
  clock: Clock
  secrets: SecretBox
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  estate: Pick<EstateService, 'createOrganisation'>
  /** The regions are there, and committed. */
  founded: () => void
}

const accounts = {
  systemAdmin: ['system-admin'],
  securityAdmin: ['security-admin'],
  auditAdmin: ['audit-admin'],
  networkAdmin: ['network-admin', 'manager'],
} as const satisfies Partial<Record<keyof Setup, Role[]>>
type AccountName = keyof typeof accounts
const accountNames = Object.keys(accounts) as AccountName[]

/** First run: whoever reads the server's console may found the installation, once. */
export class SetupService {
  /** To be typed in on the first-run page; printed by whoever starts the server, and the same after a restart. */
  readonly code: string
  readonly #deps: SetupDeps

  constructor(deps: SetupDeps) {
    this.#deps = deps
    const digits = deps.secrets.derive('setup code').toString('hex').toUpperCase()
    this.code = `${digits.slice(0, 4)}-${digits.slice(4, 8)}`
  }

  async status(): Promise<SetupStatus> {
    const needed = await this.needed()
    return { needed, provinces: needed ? allProvinces() : [] }
  }

  async needed(): Promise<boolean> {
    return !(await store.isSetUp(this.#deps.db))
  }

  /** Regions, teams, the bureau and the four accounts, all or nothing. */
  async setUp(setup: Setup): Promise<void> {
    if (!(await this.needed())) throw new ProblemError(409, 'setup-done')
    this.#checkCode(setup.setupCode)
    checkAccounts(setup)
    checkPasswords(setup)
    const hashes = await Promise.all(accountNames.map((name) => hashPassword(setup[name].password)))
    const { identity, estate } = this.#deps
    await this.#found(setup.provinceCode, async (tx, rootId, note) => {
      note(setUpBy(setup, rootId))
      await estate.createOrganisation(tx, setup.organisation, rootId)
      for (const [i, name] of accountNames.entries()) {
        const { username, displayName } = setup[name]
        const grants = accounts[name].map((role) => ({ role, regionId: rootId }))
        const user = { username, displayName, passwordHash: hashes[i]!, regionId: rootId, grants }
        await identity.createUser(user, tx)
      }
    })
  }

  /** Marks the installation as set up, makes the regions, then lets `populate` add what it needs in the same transaction. */
  async #found(
    provinceCode: string,
    populate: (tx: Db, rootId: string, note: Note) => Promise<void>,
  ): Promise<void> {
    const { audit, clock, identity } = this.#deps
    const divisions = divisionsOf(provinceCode)
    await audit.write(async (tx, note) => {
      if (!(await store.claimSetup(tx, { provinceCode }, clock()))) throw new ProblemError(409, 'setup-done')
      const regions = await identity.createRegions(divisions, tx)
      await populate(tx, regions.get(provinceCode)!, note)
    })
    this.#deps.founded()
  }

  /** The demo needs no first-run page. Answers whether it was new. */
  async foundDemo(provinceCode: string): Promise<boolean> {
    if (!(await this.needed())) return false
    await this.#found(provinceCode, async () => {})
    return true
  }

  #checkCode(code: string): void {
    const given = Buffer.from(code.trim().toUpperCase())
    const right = Buffer.from(this.code)
    if (given.length !== right.length || !timingSafeEqual(given, right))
      throw new ProblemError(403, 'setup-code')
  }
}

/** Nobody is signed in yet: whoever typed in the code that the server showed. */
function setUpBy(setup: Setup, rootId: string): Change {
  const { organisation, provinceCode } = setup
  const people = accountNames.map((name) => [name, setup[name].username])
  return {
    action: 'setup.done',
    entity: { type: 'region', id: rootId, name: organisation },
    regionId: rootId,
    after: { organisation, provinceCode, ...Object.fromEntries(people) },
    actor: { ...currentActor(), name: setup.systemAdmin.displayName },
  }
}

/** By the rules that hold until the security officer decides others. */
function checkPasswords(setup: Setup): void {
  const errors = accountNames.flatMap((name) =>
    passwordProblems(defaultPolicy.password, setup[name].password, setup[name]).map((problem) => ({
      path: `/${name}/password`,
      ...problem,
    })),
  )
  if (errors.length > 0) throw invalid(errors)
}

function checkAccounts(setup: Setup): void {
  const known = allProvinces().some(({ code }) => code === setup.provinceCode)
  if (!known) throw invalid([{ path: '/provinceCode', code: 'unknown', message: 'no such province' }])
  const names = accountNames.map((name) => setup[name].username)
  const doubled = accountNames.filter((_, i) => names.indexOf(names[i]!) !== i)
  if (doubled.length === 0) return
  const errors = doubled.map((name) => ({
    path: `/${name}/username`,
    code: 'unique',
    message: 'must differ from the other accounts',
  }))
  throw invalid(errors, {
    zh: '四个账号须由四个不同的人持有',
    en: 'The four accounts must belong to four different people',
  })
}
