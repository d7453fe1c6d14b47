import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { call, code, openTicket, read, related, toldOf, type Person } from './together-testing.ts'

let test: TestApp
let city: Person
let county: Person
let reporter: Person
let neighbour: Person
let otherCity: Person
beforeAll(async () => {
  test = await testApp()
  city = await test.as('engineer', '130100')
  county = await test.as('engineer', '130123')
  reporter = await test.as('requester', '130123')
  neighbour = await test.as('requester', '130123')
  otherCity = await test.as('engineer', '130200')
})
afterAll(() => test.close())

const open = (who: Person = reporter) => openTicket(who)
const told = (event: string, id: string) => toldOf(test, event, id)
const bring = (id: string, state: string) =>
  test.context.db.updateTable('tickets').set({ state }).where('id', '=', id).execute()

describe('what an agent writes down for somebody', () => {
  const report = (who: Person, more: object) =>
    call(who, 'POST', '/tickets', { title: '断网', description: '', channel: 'phone', ...more })

  it('is theirs, with or without an account', async () => {
    const named = await report(county, { requesterId: reporter.userId })
    expect(named.json()).toMatchObject({ requester: { id: reporter.userId }, contact: null })
    const caller = { name: '张主任', phone: '0311-88888888' }
    const called = await report(county, { contact: caller })
    expect(called.json()).toMatchObject({ requester: null, contact: { ...caller, email: null } })
  })

  it.each<[string, () => Person, () => object, [number, string]]>([
    ['a reporter for another', () => reporter, () => ({ requesterId: neighbour.userId }), [403, 'forbidden']],
    ['a reporter for a caller', () => reporter, () => ({ contact: { phone: '110' } }), [403, 'forbidden']],
    ['for a stranger', () => county, () => ({ requesterId: 'usr_x' }), [404, 'not-found']],
    [
      'for somebody of elsewhere',
      () => county,
      () => ({ requesterId: otherCity.userId }),
      [404, 'not-found'],
    ],
  ])('%s is refused', async (_, who, more, expected) => {
    expect(code(await report(who(), more()))).toEqual(expected)
  })
})

describe('who else has it', () => {
  const meToo = (who: Person, id: string) => call(who, 'POST', `/tickets/${id}/me-too`, { text: '我也是' })

  it('is counted once each, also at once, and not its reporter', async () => {
    const id = await open()
    const answers = await Promise.all([meToo(county, id), meToo(county, id), meToo(county, id)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
    expect(code(await meToo(reporter, id))).toEqual([409, 'me-too-already'])
    expect(code(await meToo(neighbour, id))).toEqual([404, 'not-found'])
    expect(await read(reporter, id)).toMatchObject({ meToos: 1 })
    expect((await related(reporter, id)).meToos).toEqual({ count: 1, people: [] })
    await bring(id, 'closed')
    expect(code(await meToo(city, id))).toEqual([409, 'wrong-move'])
  })

  it('without an account is known by their telephone', async () => {
    const id = await open()
    const { meToos } = test.services.desk.together
    await meToos.addFor(id, { userId: null, name: '张主任', phone: '13800000000' })
    await expect(meToos.addFor(id, { userId: null, phone: '13800000000' })).rejects.toThrow('me-too-already')
    expect((await related(county, id)).meToos.people).toMatchObject([{ name: '张主任', phone: '13800000000', user: null }]) // prettier-ignore
  })
})

describe('rating', () => {
  const rate = (who: Person, id: string, score = 5) =>
    call(who, 'POST', `/tickets/${id}/rating`, { score, text: '很快' })
  const resolved = async () => {
    const id = await open()
    for (const to of ['in_progress', 'resolved']) await call(county, 'POST', `/tickets/${id}/move`, { to })
    return id
  }

  it('is its reporter’s, for seven days, and what they say last stands', async () => {
    const id = await resolved()
    expect(await read(reporter, id)).toMatchObject({ mayRate: true })
    expect((await rate(reporter, id, 2)).json()).toMatchObject({ score: 2 })
    expect((await rate(reporter, id, 4)).json()).toMatchObject({ score: 4 })
    expect((await told('ticket-rated', id)).length).toBe(2)
    expect(code(await rate(county, id))).toEqual([403, 'forbidden'])
    expect(code(await rate(neighbour, id))).toEqual([404, 'not-found'])
    expect(code(await rate(reporter, id, 6))).toEqual([400, 'invalid'])
    const tooLongAgo = { resolved_at: test.context.now - 7 * 24 * 3_600_000 - 1 }
    await test.context.db.updateTable('tickets').set(tooLongAgo).where('id', '=', id).execute()
    expect(code(await rate(reporter, id))).toEqual([409, 'not-ratable'])
  })

  it('waits until there is something to rate', async () => {
    expect(code(await rate(reporter, await open()))).toEqual([409, 'not-ratable'])
  })
})
