import { newId } from '@zongheng/inventory/id.ts'
import type { Selectable } from 'kysely'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { invalid, notFound, unprocessable } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { SecretBox } from '../secret-box.ts'
import { channelFacts, type ChannelSecret, type ChannelSettings } from './channel.ts'
import type { NotifyMessage, Wording } from './message.ts'
import type { ChannelPatch, ChannelView, NewChannel } from './schema.ts'
import * as store from './store.ts'
import { handOver } from './transports/index.ts'
import type { Handed } from './transports/transport.ts'

export interface ChannelDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  secrets: SecretBox
  identity: Pick<IdentityService, 'region'>
  wording: Wording
}

type Scope = Pick<Viewer, 'regionPaths'>

/** Ways out, as people set them up. What is secret about one goes in, and never comes out again. */
export class ChannelService {
  readonly #deps: ChannelDeps

  constructor(deps: ChannelDeps) {
    this.#deps = deps
  }

  async list(viewer: Scope, paging: Paging): Promise<PageOf<ChannelView>> {
    const page = await store.listChannels(this.#deps.db, viewer, paging)
    return { next: page.next, items: page.items.map((row) => this.#view(row)) }
  }

  async create(viewer: Scope, input: NewChannel): Promise<ChannelView> {
    const { audit, clock, secrets, identity } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    const secret = input.secret ?? {}
    mustHave(input.settings, secret)
    const nowMs = clock()
    const id = newId('channel', nowMs)
    const enabled = input.enabled ?? true
    await audit.write(async (tx, note) => {
      await store.insertChannel(tx, {
        id,
        region_id: region.id,
        kind: input.settings.kind,
        name: input.name,
        settings: JSON.stringify(input.settings),
        secret: isEmpty(secret) ? null : secrets.seal(secret, 'channel'),
        enabled: enabled ? 1 : 0,
        archived_at: null,
        created_at: nowMs,
        updated_at: nowMs,
      })
      note({
        action: 'notify.channel-added',
        ...about(id, input.name, region.id),
        after: { name: input.name, settings: input.settings, enabled },
      })
    })
    return this.#get(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: ChannelPatch): Promise<ChannelView> {
    const { audit, clock, secrets } = this.#deps
    const row = await this.#row(viewer, id)
    const before = { name: row.name, settings: settingsOf(row), enabled: row.enabled === 1 }
    const after = { ...before, ...withoutSecret(patch) }
    if (after.settings.kind !== before.settings.kind)
      throw invalid([{ path: '/settings/kind', code: 'const', message: 'cannot be changed' }])
    const kept = this.#open(row.secret)
    const moved = reachOf(after.settings) !== reachOf(before.settings)
    if (moved && !isEmpty(kept) && patch.secret === undefined) throw secretAgain()
    // what was kept for another machine is not told to this one
    const secret = { ...(moved ? {} : kept), ...patch.secret }
    mustHave(after.settings, secret)
    await audit.write(async (tx, note) => {
      await store.updateChannel(tx, id, {
        name: after.name,
        settings: JSON.stringify(after.settings),
        enabled: after.enabled ? 1 : 0,
        secret: isEmpty(secret) ? null : secrets.seal(secret, 'channel'),
        updated_at: clock(),
      })
      const replaced = patch.secret ? Object.keys(patch.secret) : []
      const to = { ...after, ...(replaced.length > 0 && { replaced }) }
      note({
        action: 'notify.channel-changed',
        ...about(id, after.name, row.region_id),
        ...differences<object>(before, to),
      })
    })
    return this.#get(viewer, id)
  }

  /** What waits for it fails, and says why. */
  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    await audit.write(async (tx, note) => {
      await store.updateChannel(tx, id, { archived_at: clock(), secret: null, updated_at: clock() })
      note({
        action: 'notify.channel-archived',
        ...about(id, row.name, row.region_id),
        before: { name: row.name, settings: settingsOf(row) },
      })
    })
  }

  /** Sends a test now, past the outbox, and tells what the other side said. */
  async test(viewer: Scope, id: string, address: string): Promise<{ ok: boolean; answer: string }> {
    const { audit, clock, wording } = this.#deps
    const row = await this.#row(viewer, id)
    const settings = settingsOf(row)
    if (channelFacts[settings.kind].personal !== null && address === '')
      throw invalid([{ path: '/address', code: 'required', message: 'is required for this kind' }])
    const handed = await handOver({
      settings,
      secret: this.#open(row.secret),
      address,
      message: testMessage(row.region_name, clock()),
      wording,
      id: newId('delivery', clock()),
      threadId: null,
      firstId: null,
      nowMs: clock(),
    })
    await audit.write(async (_tx, note) =>
      note({
        action: 'notify.channel-tested',
        ...about(id, row.name, row.region_id),
        after: { address, ok: handed.ok },
      }),
    )
    return answered(handed)
  }

  #open(sealed: string | null): ChannelSecret {
    return sealed === null ? {} : this.#deps.secrets.open<ChannelSecret>(sealed, 'channel')
  }

  async #row(viewer: Scope, id: string): Promise<store.ChannelRow> {
    const row = await store.channelInScope(this.#deps.db, viewer, id)
    if (!row) throw notFound('channel')
    return row
  }

  async #get(viewer: Scope, id: string): Promise<ChannelView> {
    return this.#view(await this.#row(viewer, id))
  }

  #view(row: store.ChannelRow): ChannelView {
    return {
      id: row.id,
      kind: row.kind as ChannelView['kind'],
      name: row.name,
      region: { id: row.region_id, name: row.region_name },
      settings: settingsOf(row),
      kept: Object.keys(this.#open(row.secret)) as ChannelView['kept'],
      enabled: row.enabled === 1,
    }
  }
}

const settingsOf = (row: Selectable<Tables['notify_channels']>) => JSON.parse(row.settings) as ChannelSettings
const isEmpty = (secret: ChannelSecret) => Object.keys(secret).length === 0
const withoutSecret = ({ secret: _, ...rest }: ChannelPatch) => rest
const answered = ({ ok, answer }: Handed) => ({ ok, answer })
const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'channel', id, name },
  regionId,
})

/** Where its secret is told to. */
function reachOf(settings: ChannelSettings): string {
  if (settings.kind === 'smtp')
    return `${settings.host}:${settings.port} ${settings.security} ${settings.verifyTls}`
  return 'url' in settings ? new URL(settings.url.replace(/\{\w+\}/g, '0')).origin : ''
}

function mustHave(settings: ChannelSettings, secret: ChannelSecret): void {
  const errors = channelFacts[settings.kind].needs
    .filter((name) => !secret[name])
    .map((name) => ({ path: `/secret/${name}`, code: 'required', message: 'is required for this kind' }))
  if ('url' in settings && !URL.canParse(settings.url.replace(/\{\w+\}/g, '0')))
    errors.push({ path: '/settings/url', code: 'format', message: 'is no address' })
  if (secret.url && !URL.canParse(secret.url))
    errors.push({ path: '/secret/url', code: 'format', message: 'is no address' })
  if (errors.length > 0) throw invalid(errors)
}

const secretAgain = () =>
  unprocessable(
    'credential-again',
    { zh: '换地址时请重新填写口令或密钥', en: 'Give the secret again with another address' },
    [{ path: '/secret', code: 'required', message: 'is required with another address' }],
  )

const testMessage = (region: string, nowMs: number): NotifyMessage => ({
  event: 'test',
  severity: 'warning',
  title: '测试消息：收到即表示通道可用',
  region,
  sinceMs: nowMs,
  untilMs: null,
  cause: '管理员在通知通道页面发送',
  cutOff: { count: 0, names: [] },
  nextStep: '无需处理',
  carriers: [],
  alarmId: null,
  ticket: null,
})
