import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../db/database.ts'
import { silentLog } from '../log.ts'
import { testDatabase } from '../testing.ts'
import { Heartbeat } from './heartbeat.ts'
import { Measures } from './measures.ts'
import { lastBeat } from './last-beat.ts'

let db: Db
let watchman: Server
let heard: unknown[]
let status: number
let now: number
const measures = new Measures()
beforeEach(async () => {
  db = await testDatabase()
  heard = []
  status = 204
  now = Date.UTC(2026, 10, 22)
  measures.decidedAtMs = now - 1_000
  watchman = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      heard.push({ method: request.method, ...(JSON.parse(body) as object) })
      response.writeHead(status).end()
    })
  }).listen(0, '127.0.0.1')
  await once(watchman, 'listening')
})
afterEach(async () => {
  watchman.closeAllConnections()
  watchman.close()
  await db.destroy()
})

const heartbeat = (over: Partial<ConstructorParameters<typeof Heartbeat>[0]> = {}) =>
  new Heartbeat({
    db,
    clock: () => now,
    log: silentLog(),
    measures,
    url: `http://127.0.0.1:${(watchman.address() as AddressInfo).port}/ping/token-of-ours`,
    intervalS: 60,
    version: '1.2.3',
    openCriticalAlarms: async () => 2,
    collectorsAway: () => 1,
    ...over,
  })

describe('the heartbeat', () => {
  it('says that the server decides, and how things stand', async () => {
    expect(await heartbeat().beat()).toBe(true)
    expect(heard).toEqual([
      { method: 'POST', version: '1.2.3', at: now, criticalAlarms: 2, collectorsAway: 1 },
    ])
    expect(await lastBeat(db)).toEqual({ atMs: now, failure: null })
  })

  it('stops when nothing is decided any more, and goes on when it is again', async () => {
    const beating = heartbeat()
    now += 15_001
    expect(await beating.beat()).toBe(false)
    expect(heard).toEqual([])
    measures.decidedAtMs = now
    expect(await beating.beat()).toBe(true)
  })

  it('does not come before the first judgement', async () => {
    measures.decidedAtMs = null
    expect(await heartbeat().beat()).toBe(false)
  })

  it('does not come while the database takes no writes', async () => {
    const closed = await testDatabase()
    await closed.destroy()
    expect(await heartbeat({ db: closed }).beat()).toBe(false)
    expect(heard).toEqual([])
  })

  it.each<[string, () => unknown, string]>([
    ['is refused', () => (status = 404), 'HTTP 404'],
    ['finds nobody', () => watchman.close(), 'ECONNREFUSED'],
  ])('that %s is kept with its reason, without its address', async (_name, prepare, reason) => {
    const beating = heartbeat()
    prepare()
    expect(await beating.beat()).toBe(false)
    const kept = await lastBeat(db)
    expect(kept?.failure).toContain(reason)
    expect(kept?.failure).not.toContain('token')
  })
})
