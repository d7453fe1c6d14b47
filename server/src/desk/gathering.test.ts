import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { TicketDetail } from './schema.ts'
import { call, code, openTicket, read, related, toldOf, type Person } from './together-testing.ts'

let test: TestApp
let sites: Map<string, string>
let city: Person
let county: Person
let reporter: Person
let neighbour: Person
let otherCity: Person
beforeAll(async () => {
  test = await testApp()
  sites = await withSmallEstate(test)
  city = await test.as('engineer', '130100')
  county = await test.as('engineer', '130123')
  reporter = await test.as('requester', '130123')
  neighbour = await test.as('requester', '130123')
  otherCity = await test.as('engineer', '130200')
})
afterAll(() => test.close())

const open = (who: Person = reporter, more?: object) => openTicket(who, more)
const major = async (): Promise<string> => {
  const id = await open(city, { title: '市到县全断' })
  expect(code(await call(city, 'POST', `/tickets/${id}/major`, { major: true }))).toEqual([200, 'done'])
  return id
}
const under = (child: string, parentId: string, who: Person = city) =>
  call(who, 'PUT', `/tickets/${child}/parent`, { parentId })
const told = (event: string, id: string) => toldOf(test, event, id)
const bring = (id: string, state: string) =>
  test.context.db.updateTable('tickets').set({ state }).where('id', '=', id).execute()

describe('a major incident', () => {
  it('speaks to all its children, and resolves them with itself', async () => {
    const parent = await major()
    const children = await Promise.all([open(), open(neighbour)])
    for (const child of children)
      expect((await under(child, parent)).json()).toMatchObject({ parentId: parent })
    expect(await read(city, parent)).toMatchObject({ isMajor: true, children: 2 })
    await call(city, 'POST', `/tickets/${parent}/comments`, { text: '光缆被挖断', visibility: 'public' })
    await call(city, 'POST', `/tickets/${parent}/comments`, { text: '责任在施工方', visibility: 'internal' })
    expect((await read(reporter, children[0]!)).timeline.flatMap(({ text }) => text ?? [])).toEqual([
      '光缆被挖断',
    ])
    expect(await told('ticket-answered', children[1]!)).toEqual([neighbour.userId])
    const changed: string[] = []
    test.context.bus.on('ticket.changed', ({ ticketIds }) => changed.push(...ticketIds))
    await call(city, 'POST', `/tickets/${parent}/move`, { to: 'in_progress' })
    await call(city, 'POST', `/tickets/${parent}/move`, { to: 'resolved', resolution: '熔接完成' })
    for (const child of children) {
      expect(await read(city, child)).toMatchObject({ state: 'resolved', resolution: '熔接完成' })
      expect(changed).toContain(child)
    }
    expect(await told('ticket-resolved', children[0]!)).toEqual([reporter.userId])
  })

  it('keeps its mark while something hangs on it', async () => {
    const [parent, child] = [await major(), await open()]
    await under(child, parent)
    const unmark = () => call(city, 'POST', `/tickets/${parent}/major`, { major: false })
    expect(code(await unmark())).toEqual([409, 'has-children'])
    expect((await call(city, 'DELETE', `/tickets/${child}/parent`)).json()).toMatchObject({ parentId: null })
    expect((await unmark()).json()).toMatchObject({ isMajor: false })
  })

  it.each<[string, () => Promise<[child: string, parent: string]>, [number, string]]>([
    ['an incident like others', async () => [await open(), await open()], [409, 'wrong-parent-ticket']],
    [
      'itself',
      async () => {
        const id = await open()
        return [id, id]
      },
      [409, 'wrong-parent-ticket'],
    ],
    ['a major one, being one', async () => [await major(), await major()], [409, 'wrong-parent-ticket']],
    [
      'what is over',
      async () => {
        const id = await major()
        await bring(id, 'closed')
        return [await open(), id]
      },
      [409, 'wrong-move'],
    ],
    ['nothing known', async () => [await open(), 'tkt_x'], [404, 'not-found']],
  ])('and not %s takes children', async (_, pair, expected) => {
    const [child, parent] = await pair()
    expect(code(await under(child, parent))).toEqual(expected)
  })

  it('of another city is not there for this one', async () => {
    const [parent, child] = [await major(), await open(otherCity)]
    expect(code(await under(child, parent, otherCity))).toEqual([404, 'not-found'])
  })

  it('that is unmarked while a child comes is one or the other', async () => {
    for (let i = 0; i < 5; i++) {
      const [parent, child] = [await major(), await open()]
      const answers = await Promise.all([
        under(child, parent),
        call(city, 'POST', `/tickets/${parent}/major`, { major: false }),
      ])
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
      const [{ isMajor }, { parentId }] = [await read(city, parent), await read(city, child)]
      expect(isMajor).toBe(parentId === parent)
    }
  })
})

describe('merging', () => {
  const merge = (from: string, intoId: string, who: Person = city) =>
    call(who, 'POST', `/tickets/${from}/merge`, { intoId })

  it('ends the one and hands its people to the other', async () => {
    const [from, into] = [await open(reporter, { title: '打不开网页' }), await open(neighbour)]
    await call(city, 'POST', `/tickets/${from}/me-too`, { text: '市里也是' })
    await test.context.db.insertInto('ticket_watchers').values({ ticket_id: from, user_id: county.userId, created_at: 1 }).execute() // prettier-ignore
    const answer: TicketDetail = (await merge(from, into)).json()
    const { number } = await read(city, into)
    expect(answer).toMatchObject({ state: 'cancelled', mergedInto: { id: into, name: number } })
    const there = await related(city, into)
    expect(there.meToos.count).toBe(2)
    expect(there.meToos.people.map(({ user }) => user?.id).sort()).toEqual(
      [city.userId, reporter.userId].sort(),
    )
    expect(there.watchers.map(({ id }) => id)).toEqual([county.userId])
    expect(there.merged.map(({ id }) => id)).toEqual([from])
    expect((await related(city, from)).mergedInto?.id).toBe(into)
    expect((await read(reporter, from)).timeline.map(({ values }) => values.event ?? values.to)).toEqual(['new', 'merged-into', 'cancelled']) // prettier-ignore
    await call(city, 'POST', `/tickets/${into}/move`, { to: 'in_progress' })
    await call(city, 'POST', `/tickets/${into}/move`, { to: 'resolved' })
    expect((await told('ticket-resolved', into)).sort()).toEqual([neighbour.userId, reporter.userId, county.userId].sort()) // prettier-ignore
  })

  it('closes what was being worked on, by way of its resolution', async () => {
    const [from, into] = [await open(), await open()]
    await call(city, 'POST', `/tickets/${from}/move`, { to: 'in_progress' })
    expect((await merge(from, into)).json()).toMatchObject({ state: 'closed', meToos: 0 })
    expect(code(await merge(from, into))).toEqual([409, 'wrong-move'])
  })

  it('takes the children along to a major incident, and no major incident into another', async () => {
    const [from, into, child] = [await major(), await major(), await open()]
    await under(child, from)
    expect(code(await merge(from, await open()))).toEqual([409, 'cannot-merge'])
    expect(code(await merge(from, into))).toEqual([200, 'done'])
    expect(await read(city, child)).toMatchObject({ parentId: into, state: 'new' })
  })

  it.each<[string, () => Promise<[string, string]>, () => Person, [number, string]]>([
    [
      'with itself',
      async () => {
        const id = await open()
        return [id, id]
      },
      () => city,
      [409, 'cannot-merge'],
    ],
    [
      'into what is over',
      async () => {
        const id = await open()
        await bring(id, 'closed')
        return [await open(), id]
      },
      () => city,
      [409, 'wrong-move'],
    ],
    [
      'into what is out of reach',
      async () => [await open(), await open(otherCity)],
      () => county,
      [404, 'not-found'],
    ],
    [
      'of what is out of reach',
      async () => [await open(otherCity), await open()],
      () => county,
      [404, 'not-found'],
    ],
  ])('%s is refused', async (_, pair, who, expected) => {
    const [from, into] = await pair()
    expect(code(await merge(from, into, who()))).toEqual(expected)
  })

  it('each into the other at once leaves one of the two', async () => {
    for (let i = 0; i < 5; i++) {
      const pair = [await open(), await open()] as const
      const answers = await Promise.all([merge(pair[0], pair[1]), merge(pair[1], pair[0])])
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
      const states = (await Promise.all(pair.map((id) => read(city, id)))).map(({ state }) => state)
      expect(states.sort()).toEqual(['cancelled', 'new'])
    }
  })

  it('while a colleague saves loses nothing of what they saved', async () => {
    const [from, into] = [await open(), await open()]
    const { revision } = await read(city, into)
    const [merged, assigned] = await Promise.all([
      merge(from, into),
      call(county, 'POST', `/tickets/${into}/assign`, { assigneeId: county.userId, revision }),
    ])
    expect([code(merged), code(assigned)]).toEqual([
      [200, 'done'],
      [200, 'done'],
    ])
    expect(await read(city, into)).toMatchObject({ assignee: { id: county.userId }, meToos: 0 })
  })
})

describe('splitting', () => {
  it('repeats what was said of the second matter in a ticket of its own', async () => {
    const id = await open(reporter, { siteId: sites.get('正定')! })
    const say = async (text: string, visibility = 'public') =>
      (await call(county, 'POST', `/tickets/${id}/comments`, { text, visibility })).json().timeline.at(-1)
        .id as string
    const [said, aside] = [await say('打印机也坏了'), await say('可能是同一台交换机', 'internal')]
    const answer = await call(county, 'POST', `/tickets/${id}/split`, {
      title: '打印机',
      entryIds: [said, aside],
    })
    expect(answer.statusCode, answer.body).toBe(201)
    const opened: TicketDetail = answer.json()
    expect(opened).toMatchObject({
      title: '打印机',
      state: 'new',
      requester: { id: reporter.userId },
      site: { name: '正定机房' },
      team: { name: '网络组' },
    })
    expect(opened.timeline.flatMap(({ text, visibility }) => (text ? [[text, visibility]] : []))).toEqual([
      ['打印机也坏了', 'public'],
      ['可能是同一台交换机', 'internal'],
    ])
    expect((await related(county, opened.id)).links).toMatchObject([
      { kind: 'split', outward: false, ticket: { id } },
    ])
    expect((await read(reporter, opened.id)).timeline.flatMap(({ text }) => text ?? [])).toEqual([
      '打印机也坏了',
    ])
    expect((await read(county, id)).timeline).toHaveLength(4)
  })

  it.each<[string, () => Promise<[string, string[]]>]>([
    [
      'words of another ticket',
      async () => {
        const other = await read(county, await open())
        return [await open(), [other.timeline[0]!.id]]
      },
    ],
    [
      'what was not said by anybody',
      async () => {
        const id = await open()
        return [id, [(await read(county, id)).timeline[0]!.id]]
      },
    ],
  ])('%s is refused', async (_, given) => {
    const [id, entryIds] = await given()
    expect(code(await call(county, 'POST', `/tickets/${id}/split`, { title: 'x', entryIds }))).toEqual([
      404,
      'not-found',
    ])
  })
})

describe('links', () => {
  const link = (one: string, other: string, kind: string, who: Person = county) =>
    call(who, 'PUT', `/tickets/${one}/links/${other}`, { kind })

  it('are one between two, seen from both, and go', async () => {
    const [one, other] = [await open(), await open()]
    await link(one, other, 'related')
    await link(other, one, 'caused-by')
    await link(other, one, 'caused-by')
    expect((await related(county, one)).links).toMatchObject([{ kind: 'caused-by', outward: false, ticket: { id: other } }]) // prettier-ignore
    expect((await related(county, other)).links).toMatchObject([{ kind: 'caused-by', outward: true }])
    expect(code(await call(county, 'DELETE', `/tickets/${one}/links/${other}`))).toEqual([200, 'done'])
    expect(code(await call(county, 'DELETE', `/tickets/${one}/links/${other}`))).toEqual([404, 'not-found'])
    expect(code(await link(one, one, 'related'))).toEqual([409, 'same-ticket'])
  })

  it('name nobody what they may not look at', async () => {
    const [one, other] = [await open(), await open(otherCity)]
    const province = await test.as('agent', '130000')
    expect(code(await link(one, other, 'related'))).toEqual([404, 'not-found'])
    expect(code(await link(one, other, 'related', province))).toEqual([200, 'done'])
    expect([(await related(county, one)).links, (await related(province, one)).links.length]).toEqual([[], 1])
  })
})

it('what is alike is of the same site, and only what one may look at', async () => {
  const siteId = sites.get('正定')!
  const [one, other] = [await open(county, { siteId }), await open(county, { siteId })]
  const similar = (await related(county, one)).similar.map(({ id }) => id)
  expect([similar.includes(other), similar.includes(one)]).toEqual([true, false])
})
