import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DeskService } from '../desk/service.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { Rating } from '../desk/schema-together.ts'
import { notFound } from '../http/problem.ts'
import type { SecretBox } from '../secret-box.ts'
import type { RatedByLink } from './schema.ts'

export interface RatingLinkDeps {
  secrets: Pick<SecretBox, 'derive'>
  desk: Pick<DeskService, 'rowOf' | 'tell'> & { together: Pick<DeskService['together'], 'ratings'> }
  /** Where the console is reached; blank where nobody said. */
  origin: string
}

const idPrefix = 'tkt_'
type Rated = Pick<TicketRow, 'id' | 'requester_id' | 'contact_email' | 'resolved_at'>

/**
 * How somebody who has no account rates what was done: by a link in the mail that tells them. It is a seal over the ticket, the address
 * and the moment of its resolution: good for this ticket's rating alone, once, as long as it may be rated, and no more once it was reopened.
 */
export class RatingLinks {
  readonly #deps: RatingLinkDeps
  readonly #key: Buffer

  constructor(deps: RatingLinkDeps) {
    this.#deps = deps
    this.#key = deps.secrets.derive('rating links')
  }

  /** Null: whoever has an account rates in the portal; and where the console is reached nobody said. */
  addressOf(row: Rated): string | null {
    const token = this.tokenOf(row)
    // behind the #, it comes to no proxy and no log
    return token && this.#deps.origin ? `${this.#deps.origin}/rate#${token}` : null
  }

  tokenOf(row: Rated): string | null {
    const seal = this.#sealOf(row)
    return seal && `${row.id.slice(idPrefix.length)}.${seal}`
  }

  /** Its number and title, and what it was rated; of the ticket nothing more. Throws `not-found`, `not-ratable`. */
  async look(token: string): Promise<RatedByLink> {
    const row = await this.#rowOf(token)
    this.#deps.desk.together.ratings.mustBeRatable(row)
    return { number: row.number, title: row.title, score: row.score }
  }

  /** Throws `not-found`, `not-ratable`, and `rated-already` for the second time. */
  async rate(token: string, rating: Rating): Promise<RatedByLink> {
    const { desk } = this.#deps
    const { id } = await this.#rowOf(token)
    await desk.together.ratings.rateOnce(id, rating)
    desk.tell([id])
    return this.look(token)
  }

  // ----------------------------------------------------------------------------------------------

  async #rowOf(token: string): Promise<TicketRow> {
    const [id, seal = ''] = token.split('.', 2)
    const row = await this.#deps.desk.rowOf(`${idPrefix}${id}`)
    const ours = row && this.#sealOf(row)
    if (!ours || !isSame(seal, ours)) throw notFound('ticket')
    return row
  }

  #sealOf({ id, requester_id: by, contact_email: email, resolved_at: resolvedAt }: Rated): string | null {
    if (by !== null || !email || resolvedAt === null) return null
    const told = JSON.stringify([id, email.toLowerCase(), resolvedAt])
    return createHmac('sha256', this.#key).update(told).digest('base64url')
  }
}

function isSame(theirs: string, ours: string): boolean {
  const [a, b] = [Buffer.from(theirs), Buffer.from(ours)]
  return a.length === b.length && timingSafeEqual(a, b)
}
