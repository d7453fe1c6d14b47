import type { EventBus } from '../events.ts'
import type { OpenSession } from '../identity/sessions/sessions.ts'
import type { Log } from '../log.ts'

/** The session behind a socket's cookies, or undefined when it has ended. `isUse`: it goes on for being asked. */
export type SessionOf = (
  cookieHeader: string | undefined,
  isUse?: boolean,
) => Promise<OpenSession | undefined>

/** The part of a console's socket that is watched. */
export interface WatchedSocket {
  data: { session: OpenSession }
  handshake: { headers: { cookie?: string | undefined } }
  conn: { close(): void }
  emit(event: 'signedOut'): unknown
  disconnect(close: true): unknown
}

export interface RightsWatchDeps {
  bus: EventBus
  log: Log
  sockets: () => WatchedSocket[]
  sessionOf: SessionOf
}

/** Also what happens without an event is seen: time that runs out, a command on the server's machine, another process. */
const everyMs = 30_000

/** A socket lives no longer than its session, and sees no more than it may now. */
export class RightsWatch {
  readonly #deps: RightsWatchDeps
  readonly #timer: NodeJS.Timeout

  constructor(deps: RightsWatchDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => this.#check(() => true), everyMs)
    this.#timer.unref()
    deps.bus.on('session.revoked', ({ sessionId }) => {
      for (const socket of this.#deps.sockets())
        if (socket.data.session.viewer.sessionId === sessionId) signOut(socket)
    })
    deps.bus.on('session.changed', ({ sessionId }) =>
      this.#check(({ viewer }) => viewer.sessionId === sessionId),
    )
    deps.bus.on('identity.changed', ({ userIds }) => {
      // The tree of regions is another one: also whose grants are the same sees more of it, or less.
      if (userIds === null) for (const socket of this.#deps.sockets()) socket.conn.close()
      else this.#check(({ viewer, person }) => [viewer.userId, person.id].some((id) => userIds.includes(id)))
    })
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #check(concerns: (session: OpenSession) => boolean): void {
    const { sockets, log } = this.#deps
    for (const socket of sockets().filter((each) => concerns(each.data.session)))
      this.#checkOne(socket).catch((err: unknown) => log.error({ err }, 'a socket’s session was not read'))
  }

  async #checkOne(socket: WatchedSocket): Promise<void> {
    const now = await this.#deps.sessionOf(socket.handshake.headers.cookie, false)
    if (!now) signOut(socket)
    else if (rightsOf(now) !== rightsOf(socket.data.session)) socket.conn.close() // it comes back, with its rights
  }
}

function signOut(socket: WatchedSocket): void {
  socket.emit('signedOut')
  socket.disconnect(true)
}

const rightsOf = ({ viewer }: OpenSession): string =>
  JSON.stringify([viewer.userId, viewer.grants, [...viewer.permissions]])
