import { setImmediate } from 'node:timers/promises'
import { currentActor, type Actor } from '../../audit/actor.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { Account } from '../account/account-store.ts'
import { entityOf } from '../account/account.ts'

const windowMs = 60_000
const keysAtMost = 10_000

type Factor = 'password' | 'code'

interface Series {
  account: Account | undefined
  address: string
  factor: Factor
  /** Of the latest: it may be told while somebody else fails. */
  actor: Actor
  toldAt: number
  /** Failures since it was told. */
  untold: number
}

/**
 * Failed sign-ins in the trail: at most one record a minute for an account and an address, with how many there were, so that guessing
 * does not fill the disk. A name that nobody has is not written: it may be a password typed into the wrong field.
 */
export class SignInFailures {
  readonly #audit: AuditTrail
  readonly #clock: Clock
  readonly #log: Log
  readonly #series = new Map<string, Series>()
  #telling: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(audit: AuditTrail, clock: Clock, log: Log) {
    this.#audit = audit
    this.#clock = clock
    this.#log = log
  }

  /** Written after the refusal was sent: how long that took says nothing of whether the name exists. */
  note(account: Account | undefined, address: string, factor: Factor): void {
    const now = this.#clock()
    const key = `${account?.id ?? ''} ${address} ${factor}`
    const series = this.#series.get(key) ?? {
      account,
      address,
      factor,
      toldAt: -Infinity,
      untold: 0,
      actor: currentActor(),
    }
    Object.assign(series, { untold: series.untold + 1, actor: currentActor() })
    this.#series.set(key, series)
    if (this.#series.size > keysAtMost) this.#series.delete(this.#series.keys().next().value!)
    this.#soon(() => this.#tellDue(now))
    this.#timer ??= setTimeout(() => this.#later(), windowMs).unref()
  }

  /** What nothing more came after. */
  #later(): void {
    this.#timer = undefined
    this.#soon(() => this.#tellDue(this.#clock()))
  }

  #soon(tell: () => Promise<void>): void {
    this.#telling = this.#telling
      .then(() => setImmediate())
      .then(tell)
      .catch((err: unknown) => this.#log.error({ err }, 'a failed sign-in was not recorded'))
  }

  /** Writes also what was not due yet. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#soon(() => this.#tellDue(Infinity))
    await this.#telling
  }

  /** Until what was noted is written. */
  settled(): Promise<void> {
    return this.#telling
  }

  /** Also what earlier minutes left untold. */
  async #tellDue(now: number): Promise<void> {
    for (const [key, series] of this.#series) {
      if (now - series.toldAt < windowMs) continue
      if (series.untold === 0) this.#series.delete(key)
      else await this.#tell(series, now)
    }
  }

  async #tell(series: Series, now: number): Promise<void> {
    const { account, address, factor, actor, untold } = series
    Object.assign(series, { toldAt: now, untold: 0 })
    await this.#audit.tell({
      action: 'identity.sign-in-failed',
      actor,
      entity: account ? entityOf(account) : null,
      regionId: account?.region_id ?? null,
      after: { count: untold, address, factor },
    })
  }
}
