import { afterEach, beforeEach, expect, it } from 'vitest'
import { postOf, tinyPng } from '../files/files-testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { readLibrary } from './library.ts'

let test: TestApp
type Who = Awaited<ReturnType<TestApp['as']>>
let author: Who
let manager: Who
let reader: Who

beforeEach(async () => {
  test = await testApp()
  author = await test.as('agent')
  manager = await test.as('manager')
  reader = await test.as('viewer', '130123')
})
afterEach(() => test.close())

const text = { title: '打印机卡纸怎么办', summary: '针式打印机', body: '1. 关电源', category: 'office' }
const at = (code = '130000') => ({ ...text, regionId: test.regions.get(code)! })
const ask = async (who: Who, method: string, url: string, body?: object) => {
  const answer = await who.inject({ method, url, ...(body && { body }) })
  return { code: answer.statusCode, body: answer.body === '' ? null : answer.json() }
}
/** Edits what stands there now, unless another base is said. */
const edit = async (who: Who, id: string, body: object = text, base?: object) => {
  const { shown, pending } = (await ask(who, 'GET', `/articles/${id}`)).body
  const { version, revision } = pending ?? shown
  return ask(who, 'PUT', `/articles/${id}/draft`, { ...body, base: base ?? { version, revision } })
}
const publish = async (who: Who, id: string) => {
  const { version, revision } = (await ask(who, 'GET', `/articles/${id}`)).body.pending
  return ask(who, 'POST', `/articles/${id}/publish`, { base: { version, revision } })
}
const draft = async (who = author, code = '130000') => {
  const made = await ask(who, 'POST', '/articles', at(code))
  expect(made.code).toBe(201)
  return made.body.id as string
}
const published = async (code = '130000') => {
  const id = await draft(author, code)
  await ask(author, 'POST', `/articles/${id}/submit`)
  expect((await publish(manager, id)).code).toBe(200)
  return id
}
const found = async (who: Who, words: string) =>
  (await ask(who, 'GET', `/articles/search?text=${encodeURIComponent(words)}`)).body.items.map(
    ({ id }: { id: string }) => id,
  )

it('an article of the province is read and found below it once it is published, not before', async () => {
  const id = await draft()
  expect((await ask(reader, 'GET', `/articles/${id}`)).code).toBe(404)
  expect(await found(reader, '卡纸')).toEqual([])
  await ask(author, 'POST', `/articles/${id}/submit`)
  await publish(manager, id)
  expect((await ask(reader, 'GET', `/articles/${id}`)).body).toMatchObject({
    number: 'KB-000001',
    version: 1,
    shown: { body: '1. 关电源' },
    pending: null,
    may: [],
  })
  expect(await found(reader, '卡纸')).toEqual([id])
  expect((await ask(reader, 'GET', '/articles?category=office')).body.items).toMatchObject([{ id }])
})

it("a county's own article is not read in the next county", async () => {
  const id = await published('130123')
  const next = await test.as('viewer', '130109')
  expect((await ask(reader, 'GET', `/articles/${id}`)).code).toBe(200)
  expect((await ask(next, 'GET', `/articles/${id}`)).code).toBe(404)
  expect(await found(next, '卡纸')).toEqual([])
  expect((await ask(next, 'GET', '/articles')).body.items).toEqual([])
})

it('nobody publishes what they have written', async () => {
  const id = await draft(manager)
  expect((await publish(manager, id)).body.code).toBe('article-state')
  const submitted = await ask(manager, 'POST', `/articles/${id}/submit`)
  expect(submitted.body.may).toEqual(['edit', 'reject'])
  expect((await publish(manager, id)).body.code).toBe('own-article')
})

it('whoever edited a draft last is its author', async () => {
  const id = await draft()
  await edit(manager, id)
  await ask(author, 'POST', `/articles/${id}/submit`)
  expect((await publish(manager, id)).body.code).toBe('own-article')
})

it('what is published stays while a new version is written, and is kept after it', async () => {
  const id = await published()
  const edited = await edit(author, id, { ...text, title: '卡纸', body: '2. 检查色带' })
  expect(edited.body).toMatchObject({ shown: { version: 1 }, pending: { version: 2 }, state: 'published' })
  expect((await ask(reader, 'GET', `/articles/${id}`)).body).toMatchObject({ title: text.title, pending: null }) // prettier-ignore
  await ask(author, 'POST', `/articles/${id}/submit`)
  const back = await ask(manager, 'POST', `/articles/${id}/return`, { note: '太短' })
  expect(back.body.pending).toMatchObject({ state: 'draft', note: '太短' })
  await ask(author, 'POST', `/articles/${id}/submit`)
  await publish(manager, id)
  const { items } = (await ask(reader, 'GET', `/articles/${id}/versions`)).body
  expect(items).toMatchObject([
    { version: 2, state: 'published' },
    { version: 1, state: 'superseded', body: '1. 关电源' },
  ])
  expect(await found(reader, '色带')).toEqual([id])
})

it('a retired article is no longer read or found', async () => {
  const id = await published()
  expect((await ask(manager, 'POST', `/articles/${id}/retire`)).body.state).toBe('retired')
  expect(await found(reader, '卡纸')).toEqual([])
  expect((await ask(reader, 'GET', `/articles/${id}`)).code).toBe(404)
})

it('each reader votes once, and confirms the version that is published', async () => {
  const id = await published()
  await ask(reader, 'PUT', `/articles/${id}/vote`, { helpful: false })
  expect((await ask(reader, 'PUT', `/articles/${id}/vote`, { helpful: true })).body).toMatchObject({
    helpful: 1,
    vote: true,
    confirmedAt: null,
  })
  expect((await ask(reader, 'POST', `/articles/${id}/confirm`)).body.confirmedAt).toBe(test.context.now)
  await edit(author, id)
  await ask(author, 'POST', `/articles/${id}/submit`)
  await publish(manager, id)
  expect((await ask(reader, 'GET', `/articles/${id}`)).body.confirmedAt).toBeNull()
})

it('what is used on a ticket is told with the ticket', async () => {
  const id = await published()
  const ticket = await ask(author, 'POST', '/tickets', { title: '卡纸', description: '' })
  const uses = { ticketId: ticket.body.id, how: 'solved' }
  expect((await ask(author, 'POST', `/articles/${id}/uses`, uses)).code).toBe(204)
  expect((await ask(author, 'POST', `/articles/${id}/uses`, uses)).code).toBe(204)
  const told = await ask(author, 'GET', `/tickets/${ticket.body.id}/articles`)
  expect(told.body.items).toMatchObject([{ id, used: 1 }])
})

it('a search is kept with its count, and with what was opened', async () => {
  const id = await published()
  const hits = (await ask(reader, 'GET', `/articles/search?text=${encodeURIComponent('卡纸')}`)).body
  await ask(reader, 'GET', `/articles/${id}?searchId=${hits.searchId}`)
  await found(reader, '没有的词')
  const kept = await test.context.db.selectFrom('searches').select(['text', 'hits', 'opened_id']).orderBy('id').execute() // prettier-ignore
  expect(kept).toEqual([
    { text: '卡纸', hits: 1, opened_id: id },
    { text: '没有的词', hits: 0, opened_id: null },
  ])
})

it('suggests while somebody types', async () => {
  const id = await published()
  const typed = encodeURIComponent('早上打印机又卡纸了')
  expect((await ask(author, 'GET', `/knowledge/suggestions?text=${typed}`)).body.items).toMatchObject([
    { id },
  ])
})

it('loads the library once, and leaves what was edited as it is', async () => {
  const { knowledge } = test.services
  const [first, ...rest] = (await readLibrary()).slice(0, 3)
  await knowledge.library.load([first!])
  const [loaded] = (await ask(reader, 'GET', '/articles')).body.items
  await edit(author, loaded.id, { ...text, title: '我们自己的' })
  await ask(author, 'POST', `/articles/${loaded.id}/submit`)
  await publish(manager, loaded.id)
  await knowledge.library.load([{ ...first!, title: '新版' }, ...rest])
  const { items } = (await ask(reader, 'GET', '/articles')).body
  expect(items).toHaveLength(3)
  expect(items.find(({ id }: { id: string }) => id === loaded.id).title).toBe('我们自己的')
})

it('is found again after the index was lost and built anew', async () => {
  const id = await published()
  await draft()
  await test.services.search.remove(test.context.db, id)
  expect(await found(reader, '卡纸')).toEqual([])
  expect(await test.services.search.rebuild()).toContainEqual({ kind: 'article', put: 1, removed: 0 })
  expect(await found(reader, '卡纸')).toEqual([id])
})

const reportedTicket = async () => {
  const ticket = await ask(author, 'POST', '/tickets', {
    title: '打印机又卡纸',
    description: '二楼的针式打印机',
  })
  await ask(author, 'POST', `/tickets/${ticket.body.id}/comments`, { text: '换了色带', visibility: 'public' })
  return ticket.body.id as string
}

it('is drafted of what a ticket taught, once, and the ticket tells of it', async () => {
  const id = await reportedTicket()
  const drafted = await ask(author, 'POST', `/knowledge/from-ticket/${id}`)
  expect(drafted).toMatchObject({
    code: 200,
    body: { title: '打印机又卡纸', state: 'draft', may: ['edit', 'submit'] },
  })
  expect(drafted.body.shown.body).toContain('## 现象\n二楼的针式打印机')
  expect(drafted.body.shown.body).toContain('1. 换了色带')
  expect((await ask(author, 'POST', `/knowledge/from-ticket/${id}`)).body.id).toBe(drafted.body.id)
  const { timeline } = (await ask(author, 'GET', `/tickets/${id}`)).body
  expect(timeline.filter(({ kind }: { kind: string }) => kind === 'knowledge')).toMatchObject([
    { visibility: 'internal', values: { articleId: drafted.body.id, how: 'drafted' } },
  ])
  expect((await ask(reader, 'POST', `/knowledge/from-ticket/${id}`)).code).toBe(403)
})

/** As if it had been published so many days ago. */
const since = (id: string, days: number) =>
  test.context.db
    .updateTable('articles')
    .set((eb) => ({
      published_at: eb('published_at', '-', days * 86_400_000),
      review_due_at: eb('review_due_at', '-', days * 86_400_000),
    }))
    .where('id', '=', id)
    .execute()

it('gaps tell what was looked for in vain, what helps nobody, and which tickets had no article', async () => {
  const id = await published()
  await found(author, '没有的词')
  await found(author, '没有的词 ')
  await found(author, '卡纸')
  await since(id, 100)
  const { body } = await ask(author, 'GET', '/knowledge/gaps?days=365')
  expect(body.searches).toMatchObject([
    { text: '没有的词', times: 2, empty: 2 },
    { text: '卡纸', times: 1, empty: 0 },
  ])
  expect((await ask(author, 'GET', '/knowledge/gaps?days=30')).body).toMatchObject({
    unused: [{ id }],
  })
  await ask(reader, 'PUT', `/articles/${id}/vote`, { helpful: true })
  expect((await ask(author, 'GET', '/knowledge/gaps?days=30')).body.unused).toEqual([])
})

it('says who has confirmed an article, and who may but has not, where the viewer writes', async () => {
  const id = await published()
  const officer = await test.as('security-admin')
  await ask(reader, 'POST', `/articles/${id}/confirm`)
  const { body } = await ask(author, 'GET', `/articles/${id}/readers`)
  expect(body).toMatchObject({ version: 1, confirmed: 1 })
  expect(body.items.at(-1).confirmedAt).toBe(test.context.now)
  expect(body.items.length).toBeGreaterThan(1)
  const asked = body.items.map(({ person }: { person: { id: string } }) => person.id)
  expect([author, officer].map(({ userId }) => asked.includes(userId))).toEqual([true, false])
  expect((await ask(reader, 'GET', `/articles/${id}/readers`)).code).toBe(403)
  const sheet = (await author.inject({ url: `/articles/${id}/readers.csv` })).body.trimEnd().split('\r\n')
  expect([sheet[0], sheet.length]).toEqual(['\ufeff"单位","姓名","确认时间"', body.items.length + 1])
  expect(sheet.at(-1)).toMatch(/"2026-11-22 \d\d:00:00"$/)
})

it('is due for a review after a year, until somebody has looked at it again', async () => {
  const id = await published()
  const due = async () => (await ask(manager, 'GET', '/articles?reviewDue=true')).body.items.length
  expect(await due()).toBe(0)
  await since(id, 366)
  expect(await due()).toBe(1)
  expect((await ask(manager, 'POST', `/articles/${id}/reviewed`)).code).toBe(200)
  expect(await due()).toBe(0)
})

it('waits in the queue of those who may write there, and of nobody else', async () => {
  const id = await published()
  await edit(author, id)
  await ask(author, 'POST', `/articles/${id}/submit`)
  expect((await ask(manager, 'GET', '/articles?pending=review')).body.items).toMatchObject([{ id }])
  expect((await ask(manager, 'GET', '/articles?pending=draft')).body.items).toEqual([])
  expect((await ask(reader, 'GET', '/articles?pending=review')).body.items).toEqual([])
})

it('is found with tickets in one box, by the initials of its title too', async () => {
  const id = await published()
  const ticket = await reportedTicket()
  const { items } = (await ask(author, 'GET', '/search?q=dyj')).body
  expect(items).toMatchObject([{ kind: 'ticket', id: ticket, title: '打印机又卡纸' }, { kind: 'article', id, number: 'KB-000001' }]) // prettier-ignore
  expect((await ask(reader, 'GET', '/search?q=dyj')).body.items).toMatchObject([{ kind: 'article', id }])
})

it('what a draft says of the article as a whole counts from its publication on', async () => {
  const id = await published()
  const head = { category: 'plan', tags: ['应急'], families: ['huawei-vrp'], mustRead: true }
  const edited = await edit(author, id, { ...text, ...head })
  expect(edited.body).toMatchObject({ category: 'office', tags: [], mustRead: false, pending: head })
  expect((await ask(reader, 'GET', '/articles?category=office')).body.items).toMatchObject([{ id }])
  await ask(author, 'POST', `/articles/${id}/submit`)
  expect((await publish(manager, id)).body).toMatchObject(head)
  expect((await ask(reader, 'GET', '/articles?category=plan')).body.items).toMatchObject([{ id }])
  expect(await found(reader, '应急')).toEqual([id])
})

it('an edit of what another has changed meanwhile is refused, and changes nothing', async () => {
  const id = await published()
  const begun = { version: 1, revision: 1 }
  const mine = await edit(author, id, { ...text, body: '甲写的' }, begun)
  expect(mine.body.pending).toMatchObject({ version: 2, revision: 1 })
  const theirs = await edit(manager, id, { ...text, body: '乙写的' }, begun)
  expect([theirs.code, theirs.body.code]).toEqual([409, 'article-changed'])
  expect((await edit(author, id, text, { version: 2, revision: 1 })).body.pending.revision).toBe(2)
  expect((await edit(manager, id, text, { version: 2, revision: 1 })).code).toBe(409)
})

it('of two who save the same draft at once one is refused', async () => {
  const id = await draft()
  const base = { version: 1, revision: 1 }
  const [one, two] = await Promise.all(
    [author, manager].map((who) => edit(who, id, { ...text, body: '同时' }, base)),
  )
  expect([one!.code, two!.code].sort()).toEqual([200, 409])
})

it('what was read is what is published', async () => {
  const id = await draft()
  await ask(author, 'POST', `/articles/${id}/submit`)
  const { version, revision } = (await ask(manager, 'GET', `/articles/${id}`)).body.pending
  await edit(author, id, { ...text, body: '后来改的' })
  await ask(author, 'POST', `/articles/${id}/submit`)
  const late = await ask(manager, 'POST', `/articles/${id}/publish`, { base: { version, revision } })
  expect([late.code, late.body.code]).toEqual([409, 'article-changed'])
  expect((await publish(manager, id)).body.shown.body).toBe('后来改的')
})

it('an edit takes a draft back from its review, and what a reviewer said of the text before', async () => {
  const id = await draft()
  await ask(author, 'POST', `/articles/${id}/submit`)
  await ask(manager, 'POST', `/articles/${id}/return`, { note: '太短' })
  await ask(author, 'POST', `/articles/${id}/submit`)
  expect((await edit(author, id)).body).toMatchObject({
    state: 'draft',
    pending: { state: 'draft', note: null, reviewer: null },
  })
})

it('a picture of an article is seen by its readers, once it has any', async () => {
  const id = await draft()
  const url = `/files?ownerType=article&ownerId=${id}`
  expect((await reader.inject({ method: 'POST', url, ...postOf({ name: 'a.png', content: tinyPng }) })).statusCode).toBe(403) // prettier-ignore
  const [{ id: fileId }] = (await author.inject({ method: 'POST', url, ...postOf({ name: 'a.png', content: tinyPng }) })).json().items // prettier-ignore
  const keeper = await test.as('asset-keeper', '130123')
  const seen = async (who = reader) => (await who.inject({ url: `/files/${fileId}/content` })).statusCode
  expect(await seen()).toBe(404)
  await edit(author, id, { ...text, body: `![面板](file:${fileId})` })
  await ask(author, 'POST', `/articles/${id}/submit`)
  await publish(manager, id)
  expect([await seen(), await seen(keeper)]).toEqual([200, 200])
})

it('tells who wrote an article, once, that its review is due', async () => {
  const id = await published()
  const { reminders } = test.services.knowledge
  const told = async () => {
    await reminders.look()
    await test.services.notify.sender.settled()
    const { items } = (await ask(author, 'GET', '/notices')).body
    return items.filter(({ event }: { event: string }) => event === 'article-review')
  }
  expect(await told()).toEqual([])
  await since(id, 366)
  expect(await told()).toMatchObject([{ title: text.title, article: { id, number: 'KB-000001' }, isPersonal: true }]) // prettier-ignore
  expect(await told()).toHaveLength(1)
  await ask(manager, 'POST', `/articles/${id}/reviewed`)
  await since(id, 366)
  expect(await told()).toHaveLength(2)
})
