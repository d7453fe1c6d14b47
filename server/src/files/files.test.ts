import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { askClamd } from './clamd.ts'
import { ContentStore } from './content-store.ts'
import { postOf, tinyPng, type PostedFile } from './files-testing.ts'
import { FileService } from './service.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let test: TestApp
let agent: Person
let reporter: Person
let neighbour: Person
let viewer: Person
let ticketId: string
beforeAll(async () => {
  test = await testApp()
  await withSmallEstate(test)
  agent = await test.as('agent', '130000')
  reporter = await test.as('requester', '130123')
  neighbour = await test.as('requester', '130123')
  viewer = await test.as('viewer', '130100')
  const opened = await reporter.inject({
    method: 'POST',
    url: '/tickets',
    body: { title: '断网', description: '' },
  })
  ticketId = opened.json().id
})
afterAll(() => test.close())

const folder = () => join(test.context.config.dataDir, 'files')
const where = (visibility = 'public') =>
  `/files?ownerType=ticket&ownerId=${ticketId}&visibility=${visibility}`
const post = (who: Person, files: PostedFile[], visibility?: string) =>
  who.inject({ method: 'POST', url: where(visibility), ...postOf(...files) })
const seenBy = async (who: Person): Promise<string[]> =>
  (await who.inject({ url: where() })).json().items.map(({ name }: { name: string }) => name)
const content = (who: Person, id: string) => who.inject({ url: `/files/${id}/content` })
const keptNames = () =>
  readdirSync(folder(), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())

describe('attachments of a ticket', () => {
  it('are added by who asked, and come back as they were, never as a page', async () => {
    const answer = await post(reporter, [{ name: '机房.png', content: tinyPng }])
    expect(answer.statusCode, answer.body).toBe(201)
    const got = await content(agent, answer.json().items[0].id)
    expect(Buffer.from(got.body, 'utf8')).toEqual(Buffer.from(tinyPng.toString('utf8')))
    expect(got.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename*=UTF-8''%E6%9C%BA%E6%88%BF.png`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
  })

  it('are all kept, or none', async () => {
    const before = keptNames().length
    const answer = await post(reporter, [
      { name: 'good.txt', content: 'only here' },
      { name: 'bad.svg', content: '<svg/>' },
    ])
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'file-refused'])
    expect(await seenBy(agent)).not.toContain('good.txt')
    await test.services.files.sweep()
    expect(keptNames().length).toBe(before + 1) // named by nobody: swept once it is a day old
  })

  it('that are internal are hidden from who asked', async () => {
    const answer = await post(agent, [{ name: 'inner.txt', content: 'inner' }], 'internal')
    const [{ id }] = answer.json().items
    expect(await seenBy(reporter)).toEqual(['机房.png'])
    expect(await seenBy(viewer)).toContain('inner.txt')
    expect([(await content(reporter, id)).statusCode, (await content(viewer, id)).statusCode]).toEqual([
      404, 200,
    ])
    expect((await post(reporter, [{ name: 'a.txt', content: 'x' }], 'internal')).statusCode).toBe(404)
  })

  it('are nothing to others', async () => {
    const [{ id }] = (await agent.inject({ url: where() })).json().items
    expect((await neighbour.inject({ url: where() })).statusCode).toBe(404)
    expect((await content(neighbour, id)).statusCode).toBe(404)
    expect((await post(viewer, [{ name: 'a.txt', content: 'x' }])).statusCode).toBe(403)
  })

  it('are at most so many at once', async () => {
    const many = Array.from({ length: 11 }, (_, at) => ({ name: `${at}.txt`, content: 'x' }))
    expect((await post(reporter, many)).statusCode).toBe(413)
  })

  it('need our own Origin', async () => {
    const { headers, body } = postOf({ name: 'a.txt', content: 'x' })
    const foreign = await reporter.inject({ method: 'POST', url: where(), body, headers: { ...headers, origin: 'http://evil.example' } }) // prettier-ignore
    expect(foreign.statusCode).toBe(403)
  })

  it('are reached from the ticket that theirs was merged into, by who sees both', async () => {
    const reported = async (who: Person) =>
      (await who.inject({ method: 'POST', url: '/tickets', body: { title: '又断网', description: '' } })).json().id as string // prettier-ignore
    const [gone, between, left] = [await reported(neighbour), await reported(agent), await reported(reporter)]
    const url = (id: string) => `/files?ownerType=ticket&ownerId=${id}`
    const [{ id }] = (await neighbour.inject({ method: 'POST', url: url(gone), ...postOf({ name: 'theirs.txt', content: 'x' }) })).json().items // prettier-ignore
    for (const [from, intoId] of [[gone, between], [between, left]] as const) // prettier-ignore
      expect((await agent.inject({ method: 'POST', url: `/tickets/${from}/merge`, body: { intoId } })).statusCode).toBe(200) // prettier-ignore
    const listed = async (who: Person) => (await who.inject({ url: url(left) })).json().items
    expect(await listed(agent)).toMatchObject([{ id, name: 'theirs.txt' }])
    expect(await listed(reporter)).toEqual([])
    expect((await content(reporter, id)).statusCode).toBe(404)
  })

  it('can be removed', async () => {
    const [{ id }] = (await post(reporter, [{ name: 'wrong.txt', content: 'x' }])).json().items
    expect((await agent.inject({ method: 'DELETE', url: `/files/${id}` })).statusCode).toBe(204)
    expect((await content(agent, id)).statusCode).toBe(404)
  })
})

describe('the store of contents', () => {
  const store = () => new ContentStore(join(folder(), '..', 'files-2'), 1000)
  const any = () => {}

  it('takes no more than its limit, and leaves nothing of what was too large', async () => {
    const parts = [Buffer.alloc(600), Buffer.alloc(600)]
    await expect(store().keep(Readable.from(parts), any)).rejects.toMatchObject({ code: 'file-too-large' })
    expect(readdirSync(join(folder(), '..', 'files-2', 'incoming'))).toEqual([])
  })

  it('says that the disk is full', async () => {
    const full = Readable.from(
      (async function* () {
        yield Buffer.from('a')
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      })(),
    )
    await expect(store().keep(full, any)).rejects.toMatchObject({ status: 507, code: 'disk-full' })
  })

  it('holds the same bytes once, and sweeps what nobody names', async () => {
    const kept = store()
    const [one, two] = [await kept.keep(Readable.from([Buffer.from('same')]), any), await kept.keep(Readable.from([Buffer.from('same')]), any)] // prettier-ignore
    expect(one).toEqual(two)
    expect(await kept.sweep(async () => new Set([one.sha256]), Date.now() + 1000)).toBe(0)
    expect(await kept.sweep(async () => new Set(), Date.now() + 1000)).toBe(1)
    expect(await kept.has(one.sha256)).toBe(false)
    rmSync(join(folder(), '..', 'files-2'), { recursive: true })
  })
})

describe('a scanner', () => {
  let clamd: Server
  let url: string
  beforeAll(async () => {
    clamd = createServer((socket) => {
      let taken = Buffer.alloc(0)
      socket.on('data', (chunk: Buffer) => {
        taken = Buffer.concat([taken, chunk])
        if (taken.equals(Buffer.from('zPING\0'))) return socket.end('PONG\0')
        if (!taken.subarray(-4).equals(Buffer.alloc(4))) return
        if (taken.includes('BROKEN')) return socket.end('INSTREAM: Can not decode it. ERROR\0')
        return socket.end(taken.includes('EICAR') ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
      })
    }).listen(0, '127.0.0.1')
    await once(clamd, 'listening')
    url = `tcp://127.0.0.1:${(clamd.address() as AddressInfo).port}`
  })
  afterAll(() => void clamd.close())

  it('is asked by INSTREAM', async () => {
    expect(await askClamd(url, Readable.from([Buffer.from('hello')]))).toEqual({ scan: 'clean' })
    expect(await askClamd(url, Readable.from([Buffer.from('EICAR')]))).toEqual({ scan: 'infected', found: 'Eicar-Test-Signature' }) // prettier-ignore
  })

  const person = { userId: null } as never
  const asking = (clock = test.context.clock, where = url) => {
    const { db, log } = test.context
    const asked = new FileService({ db, clock, log, audit: test.services.audit, folder: folder(), atMostBytes: 1e6, clamd: where, namesOf: async () => new Map() }) // prettier-ignore
    const seen = { regionId: 'r', seesInternal: true }
    asked.ownedBy('ticket', { maySee: async () => seen, mayAdd: async () => seen })
    return asked
  }
  const attached = async (asked: FileService, text: string) => {
    const kept = await asked.keep('a.txt', Readable.from([Buffer.from(text)]))
    const to = { ownerType: 'ticket', ownerId: ticketId, regionId: 'r', visibility: 'public', uploadedBy: null } as const // prettier-ignore
    const [row] = await test.services.audit.write((tx, note) => asked.attach(tx, note, to, [kept]))
    return row!.id
  }
  const read = (asked: FileService, id: string) =>
    asked.content(person, id).then(({ stream }) => (stream.destroy(), 'served'), ({ code }) => code as string) // prettier-ignore

  it('lets nothing out before it said so, and never what is infected', async () => {
    const asked = asking()
    const served = async (text: string) => {
      const id = await attached(asked, text)
      return [await read(asked, id), (await asked.scan(), await read(asked, id))]
    }
    expect(await served('fine')).toEqual(['file-unscanned', 'served'])
    expect(await served('EICAR')).toEqual(['file-unscanned', 'file-infected'])
  })

  it('goes on past a file it cannot judge, tries it again, and gives it up at last', async () => {
    let nowMs = test.context.now
    const asked = asking(() => nowMs)
    const broken = await attached(asked, 'BROKEN')
    const fine = await attached(asked, 'fine, too')
    await asked.scan()
    expect([await read(asked, broken), await read(asked, fine)]).toEqual(['file-unscanned', 'served'])
    for (let tries = 1; tries < 6; tries++) {
      nowMs += 3_600_000 * 24
      await asked.scan()
    }
    expect(await read(asked, broken)).toBe('file-not-scanned')
    const told = await test.context.db.selectFrom('audit_records').select('entity_id').where('action', '=', 'files.scan-failed').execute() // prettier-ignore
    expect(told).toEqual([{ entity_id: broken }])
  })

  it('that is not there blames no file', async () => {
    let nowMs = test.context.now
    const nowhere = asking(() => nowMs, 'tcp://127.0.0.1:1')
    const id = await attached(nowhere, 'waits')
    for (let tries = 0; tries < 8; tries++) {
      nowMs += 3_600_000 * 24
      await nowhere.scan()
    }
    expect(await read(nowhere, id)).toBe('file-unscanned')
  })
})
