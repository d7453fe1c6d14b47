import { newId } from '@zongheng/inventory/id.ts'
import { generateSecret, generateURI, verifySync } from 'otplib'
import type { AuditTrail } from '../../audit/trail.ts'
import { secretHash } from '../../bearer-secret.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { conflict, invalid, unauthenticated } from '../../http/problem.ts'
import type { SecretBox } from '../../secret-box.ts'
import * as store from './account-store.ts'
import { entityOf } from './account.ts'
import type { PasswordCheck } from '../sign-in/password-check.ts'
import { randomWords } from '../passwords/password-rules.ts'

export interface TotpDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  secrets: SecretBox
  check: PasswordCheck
}

const issuer = 'Zongheng'
/** One step of 30 s before and after now [RFC 6238, 5.2]. */
const toleranceS = 30
const recoveryCodeCount = 10

/** A second factor: codes of an authenticator [RFC 6238], and recovery codes for the day it is lost. */
export class Totp {
  readonly #deps: TotpDeps

  constructor(deps: TotpDeps) {
    this.#deps = deps
  }

  /** A secret to be put into an authenticator; it counts once a code confirms it. */
  async offer(userId: string, password: string): Promise<{ secret: string; uri: string }> {
    const { db, check, secrets } = this.#deps
    const account = await check.confirm(userId, password, '/password')
    if (account.totp_confirmed_at !== null) throw conflict('totp-enabled')
    const secret = generateSecret()
    await store.updateAccount(db, userId, { totp_secret: secrets.seal(secret, 'totp'), totp_step: null })
    return { secret, uri: generateURI({ issuer, label: account.username, secret }) }
  }

  /** Answers the recovery codes, once. */
  async confirm(userId: string, code: string): Promise<string[]> {
    const { audit, clock } = this.#deps
    const account = await this.account(userId)
    if (account.totp_confirmed_at !== null) throw conflict('totp-enabled')
    const step = this.#stepOf(account, code)
    if (step === undefined)
      throw invalid([{ path: '/code', code: 'wrong-code', message: 'is not what the authenticator shows' }])
    return audit.write(async (tx, note) => {
      const now = clock()
      await store.updateAccount(tx, userId, { totp_confirmed_at: now, totp_step: step, updated_at: now })
      note({ action: 'identity.totp-enabled', entity: entityOf(account), regionId: account.region_id })
      return this.#newCodes(tx, userId)
    })
  }

  async remove(userId: string, password: string): Promise<void> {
    await this.#disable(await this.#deps.check.confirm(userId, password, '/password'))
  }

  /** For someone who lost the authenticator and the codes. */
  async removeFor(userId: string): Promise<void> {
    await this.#disable(await this.account(userId))
  }

  async #disable(account: store.Account): Promise<void> {
    const { audit, clock } = this.#deps
    if (account.totp_secret === null) return
    await audit.write(async (tx, note) => {
      const cleared = { totp_secret: null, totp_confirmed_at: null, totp_step: null, updated_at: clock() }
      await store.updateAccount(tx, account.id, cleared)
      await store.replaceRecoveryCodes(tx, account.id, [])
      note({ action: 'identity.totp-disabled', entity: entityOf(account), regionId: account.region_id })
    })
  }

  /** The earlier ones are worth nothing then. */
  async renewCodes(userId: string, password: string): Promise<string[]> {
    const { audit, check } = this.#deps
    const account = await check.confirm(userId, password, '/password')
    if (account.totp_confirmed_at === null) throw conflict('totp-disabled')
    return audit.write(async (tx, note) => {
      note({
        action: 'identity.recovery-codes-renewed',
        entity: entityOf(account),
        regionId: account.region_id,
      })
      return this.#newCodes(tx, userId)
    })
  }

  async #newCodes(tx: Db, userId: string): Promise<string[]> {
    const now = this.#deps.clock()
    const codes = Array.from({ length: recoveryCodeCount }, randomWords)
    const rows = codes.map((code) => ({
      id: newId('recoveryCode', now),
      user_id: userId,
      code_hash: hashOf(code),
      used_at: null,
    }))
    await store.replaceRecoveryCodes(tx, userId, rows)
    return codes
  }

  /** Whether a code is right; it is used up by that. */
  async accepts(account: store.Account, code: string): Promise<boolean> {
    const { db, clock } = this.#deps
    if (account.totp_confirmed_at === null) return false
    const step = this.#stepOf(account, code)
    if (step !== undefined) return store.useTotpStep(db, account.id, step)
    return store.useRecoveryCode(db, account.id, hashOf(code), clock())
  }

  /** The time step whose code this is. */
  #stepOf(account: store.Account, code: string): number | undefined {
    const token = code.replaceAll(/\s/g, '')
    if (account.totp_secret === null || !/^\d{6}$/.test(token)) return undefined
    const { secrets, clock } = this.#deps
    const secret = secrets.open<string>(account.totp_secret, 'totp')
    const result = verifySync({
      secret,
      token,
      epoch: Math.floor(clock() / 1000),
      epochTolerance: toleranceS,
    })
    return result.valid && 'timeStep' in result ? result.timeStep : undefined
  }

  /** Whoever is signed in. */
  async account(userId: string): Promise<store.Account> {
    const account = await store.accountById(this.#deps.db, userId)
    if (!account) throw unauthenticated()
    return account
  }
}

/** People type them with and without dashes; 59 bits of chance need no slow hash. */
const hashOf = (code: string): string => secretHash(code.toLowerCase().replaceAll(/[\s-]/g, ''))
