import type { AddressInfo } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import parser from 'socket.io-msgpack-parser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  browser,
  goodPassword,
  hourMs,
  newPerson,
  type Browser,
} from '../identity/account/account-testing.ts'
import { freshPassword } from '../identity/passwords/password.ts'
import { testApp, type TestApp } from '../testing.ts'
import { RightsWatch } from './rights-watch.ts'

let t: TestApp
let userId: string
let liu: Browser
let sockets: Socket[]
let watch: RightsWatch | undefined
beforeEach(async () => {
  t = await testApp()
  sockets = []
  userId = await newPerson(t, 'liu', ['viewer'])
  liu = browser(t)
  await liu.signIn('liu')
  await t.app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  watch?.stop()
  vi.useRealTimers()
  for (const socket of sockets) socket.disconnect()
  await t.close()
})

/** A console's socket. Its first event: connected, or why not. */
async function open(cookie: string): Promise<{ socket: Socket; first: string }> {
  const { port } = t.app.server.address() as AddressInfo
  const socket = io(`http://127.0.0.1:${port}`, {
    parser,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 10,
    extraHeaders: { cookie },
  })
  sockets.push(socket)
  const first = await new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'))
    socket.once('connect_error', (error) => resolve(error.message))
  })
  return { socket, first }
}
const next = (socket: Socket, event: string) => new Promise((resolve) => socket.once(event, resolve))

describe('a socket', () => {
  it.each([
    ['is signed out', () => liu.inject({ method: 'DELETE', url: '/session' })],
    ['is revoked from elsewhere', () => t.services.sessions.revokeAll(userId)],
    [
      'ends because the user was disabled',
      async () => {
        await t.context.db.updateTable('users').set({ disabled_at: 1 }).execute()
        t.context.bus.emit('identity.changed', { userIds: [userId] })
      },
    ],
    [
      'ends because the password was changed on another machine',
      async () => {
        const other = browser(t)
        await other.signIn('liu')
        const body = { current: goodPassword, next: 'tulip-7-Bicycle' }
        await other.inject({ method: 'PUT', url: '/me/password', body })
      },
    ],
  ])('closes when its session %s', async (_, end) => {
    const { socket } = await open(liu.cookie())
    const told = [next(socket, 'signedOut'), next(socket, 'disconnect')]
    await end()
    await Promise.all(told)
    expect((await open(liu.cookie())).first).toBe('unauthenticated')
  })

  it('comes back with other rights when a grant was taken, and stays when somebody else’s was', async () => {
    const { socket } = await open(liu.cookie())
    t.context.bus.emit('identity.changed', { userIds: ['usr_other'] })
    const closed = next(socket, 'disconnect')
    await t.context.db.deleteFrom('grants').where('user_id', '=', userId).execute()
    t.context.bus.emit('identity.changed', { userIds: [userId] })
    expect(await closed).toBe('transport close')
    await next(socket, 'connect')
  })

  it('comes back when a region was handed over, though its grants are the same', async () => {
    const { socket } = await open(liu.cookie())
    const closed = next(socket, 'disconnect')
    t.context.bus.emit('identity.changed', { userIds: null })
    expect(await closed).toBe('transport close')
    await next(socket, 'connect')
  })

  it('closes when its session’s time is over, though nobody said so', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { bus, log } = t.context
    const cookie = liu.cookie()
    const session = (await t.app.sessionOfCookies(cookie))!
    const closed = new Promise((resolve) => {
      const nothing = () => undefined
      const handshake = { headers: { cookie } }
      const socket = { data: { session }, handshake, conn: { close: nothing }, emit: nothing, disconnect: resolve } // prettier-ignore
      const sessionOf = (header?: string, isUse?: boolean) => t.app.sessionOfCookies(header, isUse)
      watch = new RightsWatch({ bus, log, sessionOf, sockets: () => [socket] })
    })
    t.context.now += 8 * hourMs
    vi.advanceTimersByTime(30_000)
    expect(await closed).toBe(true)
  })

  it('is not opened by half a sign-in', async () => {
    const fresh = await freshPassword()
    const { password } = fresh
    await t.context.db.transaction().execute((tx) => t.services.passwords.reset(tx, userId, fresh))
    await liu.signIn('liu', password)
    expect((await open(liu.cookie())).first).toBe('unauthenticated')
  })

  it.each(['', 'zongheng=forged'])('is not opened by the cookie %j', async (cookie) => {
    expect((await open(cookie)).first).toBe('unauthenticated')
  })
})
