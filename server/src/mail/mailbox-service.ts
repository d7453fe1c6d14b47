import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { pageOfItems, type PageOf, type Paging } from '../http/paging.ts'
import { notFound, unprocessable } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { SecretError, type SecretBox } from '../secret-box.ts'
import { tryImap, trySmtp } from './connection.ts'
import type { Mailbox, MailboxPatch, MailboxSecret, MailboxTested, NewMailbox } from './schema.ts'
import * as store from './store.ts'
import type { MailboxRow } from './store.ts'

export interface MailboxDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  secrets: SecretBox
  identity: Pick<IdentityService, 'region' | 'regionsNamed' | 'team' | 'teamNames'>
  /** What is read is set up anew. */
  changed: () => void
}

type Scope = Pick<Viewer, 'regionPaths'>

/** Addresses that people write to, as they are set up. */
export class MailboxService {
  readonly #deps: MailboxDeps

  constructor(deps: MailboxDeps) {
    this.#deps = deps
  }

  async list(viewer: Scope, paging: Paging): Promise<PageOf<Mailbox>> {
    const rows = await store.mailboxesInScope(this.#deps.db, viewer)
    const page = pageOfItems(rows, paging, (row) => [row.created_at, row.id])
    return { next: page.next, items: await this.#views(page.items) }
  }

  async create(viewer: Scope, input: NewMailbox): Promise<Mailbox> {
    const { audit, clock, secrets, identity } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    await this.#mustFit(region.id, input.teamId)
    const nowMs = clock()
    const id = newId('mailbox', nowMs)
    const { name, enabled = true, secret = {} } = input
    await audit.write(async (tx, note) => {
      await store.insertMailbox(tx, {
        id,
        region_id: region.id,
        ...columnsOf(input),
        name,
        secret: isEmpty(secret) ? null : secrets.seal(secret, 'mailbox'),
        uid_validity: null,
        last_uid: 0,
        error: null,
        checked_at: null,
        enabled: enabled ? 1 : 0,
        archived_at: null,
        created_at: nowMs,
        updated_at: nowMs,
      })
      note({ action: 'mail.mailbox-added', ...about(id, name, region.id), after: factsOf(input) })
    })
    return this.#told(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: MailboxPatch): Promise<Mailbox> {
    const { audit, clock, secrets } = this.#deps
    const row = await this.#row(viewer, id)
    const before = settingsOf(row)
    const { secret: given, ...fields } = patch
    const after = { ...before, ...fields }
    await this.#mustFit(row.region_id, after.teamId)
    const secret = { ...this.#keptFor(row, before, after, given), ...given }
    // another folder, another address: what was read there says nothing of what is here
    const isElsewhere = placeOf(after) !== placeOf(before)
    await audit.write(async (tx, note) => {
      await store.updateMailbox(tx, id, {
        ...columnsOf(after),
        name: after.name,
        enabled: after.enabled ? 1 : 0,
        secret: isEmpty(secret) ? null : secrets.seal(secret, 'mailbox'),
        ...(isElsewhere && { uid_validity: null, last_uid: 0 }),
        error: null,
        updated_at: clock(),
      })
      const replaced = given ? { replaced: Object.keys(given) } : {}
      const told = differences<object>(factsOf(before), { ...factsOf(after), ...replaced })
      note({ action: 'mail.mailbox-changed', ...about(id, after.name, row.region_id), ...told })
    })
    return this.#told(viewer, id)
  }

  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock, changed } = this.#deps
    const row = await this.#row(viewer, id)
    const nowMs = clock()
    await audit.write(async (tx, note) => {
      await store.updateMailbox(tx, id, { archived_at: nowMs, secret: null, updated_at: nowMs })
      note({ action: 'mail.mailbox-archived', ...about(id, row.name, row.region_id), before: factsOf(settingsOf(row)) }) // prettier-ignore
    })
    changed()
  }

  /** Signs in both ways, sends nothing, and says what the servers answered. */
  async test(viewer: Scope, id: string): Promise<MailboxTested> {
    const row = await this.#row(viewer, id)
    const { imap, smtp } = settingsOf(row)
    const secret = this.secretOf(row)
    const tested = { imap: await tryImap(imap, secret), smtp: await trySmtp(smtp, secret) }
    const after = { imap: tested.imap.ok, smtp: tested.smtp.ok }
    await this.#deps.audit.write(async (_tx, note) =>
      note({ action: 'mail.mailbox-tested', ...about(id, row.name, row.region_id), after }),
    )
    return tested
  }

  /** Nothing where it was sealed with another key: then signing in fails, and says so with the mailbox. */
  secretOf({ secret }: MailboxRow): MailboxSecret {
    if (secret === null) return {}
    try {
      return this.#deps.secrets.open<MailboxSecret>(secret, 'mailbox')
    } catch (error) {
      if (error instanceof SecretError) return {}
      throw error
    }
  }

  // ----------------------------------------------------------------------------------------------

  /** What is kept for one machine is not told to another. */
  #keptFor(
    row: MailboxRow,
    before: Settings,
    after: Settings,
    given: MailboxSecret | undefined,
  ): MailboxSecret {
    const kept = this.secretOf(row)
    for (const [side, name] of sides)
      if (reachOf(before[side]) !== reachOf(after[side]) && kept[name] !== undefined) {
        if (given?.[name] === undefined) throw secretAgain(name)
        delete kept[name]
      }
    return kept
  }

  /** A team of the mailbox's region or of one above it. */
  async #mustFit(regionId: string, teamId: string | null | undefined): Promise<void> {
    if (!teamId) return
    const { identity } = this.#deps
    const path = (await identity.regionsNamed([regionId])).get(regionId)?.path ?? ''
    const team = await identity.team(teamId)
    if (!team || !covers({ regionPaths: [team.regionPath] }, path)) throw notFound('team')
  }

  async #told(viewer: Scope, id: string): Promise<Mailbox> {
    this.#deps.changed()
    return (await this.#views([await this.#row(viewer, id)]))[0]!
  }

  async #row(viewer: Scope, id: string): Promise<MailboxRow> {
    const row = await store.mailboxInScope(this.#deps.db, viewer, id)
    if (!row) throw notFound('mailbox')
    return row
  }

  async #views(rows: readonly MailboxRow[]): Promise<Mailbox[]> {
    const { identity } = this.#deps
    const regions = await identity.regionsNamed(rows.map((row) => row.region_id))
    const teams = await identity.teamNames(rows.flatMap((row) => row.team_id ?? []))
    return rows.map((row) => {
      const { imap, smtp, enabled, address, name } = settingsOf(row)
      return {
        id: row.id,
        name,
        address,
        region: { id: row.region_id, name: regions.get(row.region_id)?.name ?? '' },
        team: row.team_id === null ? null : { id: row.team_id, name: teams.get(row.team_id) ?? '' },
        imap,
        smtp,
        kept: Object.keys(this.secretOf(row)) as Mailbox['kept'],
        enabled,
        error: row.error,
        checkedAt: row.checked_at,
      }
    })
  }
}

export const settingsOf = (row: MailboxRow) => ({
  name: row.name,
  address: row.address,
  teamId: row.team_id,
  imap: JSON.parse(row.imap) as Mailbox['imap'],
  smtp: JSON.parse(row.smtp) as Mailbox['smtp'],
  enabled: row.enabled === 1,
})
type Settings = ReturnType<typeof settingsOf>

const sides = [
  ['imap', 'imapPassword'],
  ['smtp', 'smtpPassword'],
] as const

const columnsOf = ({ address, teamId, imap, smtp }: Pick<NewMailbox, 'address' | 'teamId' | 'imap' | 'smtp'>) => ({
  address: address.toLowerCase(),
  team_id: teamId ?? null,
  imap: JSON.stringify(imap),
  smtp: JSON.stringify(smtp),
}) // prettier-ignore

const reachOf = ({ host, port, security, verifyTls }: Mailbox['smtp']) =>
  `${host}:${port} ${security} ${verifyTls}`
const placeOf = ({ imap }: Settings) => `${imap.host} ${imap.username} ${imap.folder}`
const isEmpty = (secret: MailboxSecret) => Object.keys(secret).length === 0
const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'mailbox', id, name },
  regionId,
})
const factsOf = ({ name, address, teamId, imap, smtp, enabled = true }: Omit<NewMailbox, 'regionId'>) => ({
  name,
  address,
  teamId: teamId ?? null,
  imap: `${imap.username}@${imap.host}:${imap.port}/${imap.folder}`,
  smtp: `${smtp.username}@${smtp.host}:${smtp.port}`,
  enabled,
})

const secretAgain = (name: string) =>
  unprocessable(
    'credential-again',
    { zh: '换服务器时请重新填写口令', en: 'Give the password again with another server' },
    [{ path: `/secret/${name}`, code: 'required', message: 'is required with another server' }],
  )
