/** One mailbox, watched over one connection for as long as it holds; what comes is taken in the order of its UIDs [RFC 9051, 2.3.1.1]. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ImapFlow } from 'imapflow'
import type { Log } from '../log.ts'
import { imapAnswer, imapClient } from './connection.ts'
import { mailLimits } from './reading.ts'
import type { ImapSettings, MailboxSecret } from './schema.ts'

/** Where reading has come to. */
export interface Position {
  uidValidity: number | null
  lastUid: number
}

export interface InboxDeps {
  settings: ImapSettings
  secret: MailboxSecret
  log: Log
  position: () => Promise<Position>
  /** A folder that is read for the first time, or was made anew: from here on. */
  begin: (position: Position) => Promise<void>
  /** Takes it and moves the position on, in one transaction. Null: too large to be fetched. */
  take: (uid: number, raw: Buffer | null) => Promise<void>
  /** Null: it works. */
  told: (error: string | null) => Promise<void>
}

const lookEveryMs = 60_000
const againMs = [5_000, 30_000, 60_000, 300_000]
const takenAtOnce = 200

export class Inbox {
  readonly #deps: InboxDeps
  readonly #over = new AbortController()
  readonly #running: Promise<void>

  constructor(deps: InboxDeps) {
    this.#deps = deps
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#over.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#over.signal.aborted; failures++) {
      try {
        await this.#session(() => (failures = 0))
      } catch (error) {
        if (this.#over.signal.aborted) return
        await this.#tell(imapAnswer(error))
      }
      const waitMs = againMs[Math.min(failures, againMs.length - 1)]!
      await sleep(waitMs, undefined, { signal: this.#over.signal, ref: false }).catch(() => undefined) // aborted: it ends above
    }
  }

  async #session(works: () => void): Promise<void> {
    const { settings, secret } = this.#deps
    const client = imapClient(settings, secret)
    let broken: Error | undefined
    client.on('error', (error: Error) => (broken ??= error))
    const news = newsOf(client)
    const leave = () => client.close()
    this.#over.signal.addEventListener('abort', leave)
    try {
      await client.connect()
      const lock = await client.getMailboxLock(settings.folder)
      try {
        await this.#begin(client)
        while (!this.#over.signal.aborted) {
          await this.#takeNew(client)
          works()
          await this.#tell(null)
          await this.#woken(client, news)
          if (!client.usable) throw broken ?? new Error('connection lost')
        }
      } finally {
        lock.release()
      }
    } finally {
      this.#over.signal.removeEventListener('abort', leave)
      client.close()
    }
  }

  async #begin(client: ImapFlow): Promise<void> {
    if (!client.mailbox) throw new Error('no folder')
    const uidValidity = Number(client.mailbox.uidValidity)
    const known = await this.#deps.position()
    if (known.uidValidity === uidValidity) return
    // made anew: everything in it is looked at, and what was taken before is known by its Message-ID
    const lastUid = known.uidValidity === null ? client.mailbox.uidNext - 1 : 0
    await this.#deps.begin({ uidValidity, lastUid })
  }

  async #takeNew(client: ImapFlow): Promise<void> {
    for (let more = true; more;) {
      const { lastUid } = await this.#deps.position()
      const waiting: { uid: number; size: number }[] = []
      for (const { uid, size = 0 } of await client.fetchAll(
        `${lastUid + 1}:*`,
        { uid: true, size: true },
        { uid: true },
      ))
        // prettier-ignore
        if (uid > lastUid) waiting.push({ uid, size })
      waiting.sort((a, b) => a.uid - b.uid)
      for (const one of waiting.slice(0, takenAtOnce)) {
        if (this.#over.signal.aborted) return
        await this.#deps.take(one.uid, await rawOf(client, one))
        await client.messageFlagsAdd([one.uid], ['\\Seen'], { uid: true })
      }
      more = waiting.length > takenAtOnce
    }
  }

  async #woken(client: ImapFlow, news: News): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([this.#over.signal, over.signal])
    const look = sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined) // called off by news
    const idle = client.idle().catch(() => undefined) // with the connection, which says so itself
    await Promise.race([news.next(), look])
    if (client.usable) await client.noop() // ends it; and a FETCH alone need not show what has come [RFC 9051, 5.2]
    await idle
    over.abort()
  }

  async #tell(error: string | null): Promise<void> {
    try {
      await this.#deps.told(error)
    } catch (err) {
      this.#deps.log.warn({ err }, 'a mailbox’s state is not kept')
    }
  }
}

async function rawOf(client: ImapFlow, { uid, size }: { uid: number; size: number }): Promise<Buffer | null> {
  if (size > mailLimits.bytes) return null
  const message = await client.fetchOne(String(uid), { source: true }, { uid: true })
  return message ? (message.source ?? null) : null
}

interface News {
  /** Something has come since it was last asked, or the connection is lost. */
  next: () => Promise<void>
}

function newsOf(client: ImapFlow): News {
  let coming = Promise.withResolvers<void>()
  client.on('exists', () => coming.resolve())
  client.on('close', () => coming.resolve())
  return {
    next: async () => {
      await coming.promise
      coming = Promise.withResolvers()
    },
  }
}
