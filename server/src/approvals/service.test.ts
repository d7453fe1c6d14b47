import { newId } from '@zongheng/inventory/id.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewEntry } from '../desk/entry.ts'
import type { TicketRow } from '../desk/contract.ts'
import { testApp, type TestApp } from '../testing.ts'
import { Deputies } from './deputies.ts'
import type { ApprovalPlan } from './schema.ts'
import { ApprovalService, type Decided } from './service.ts'
import { insertTestTicket } from './ticket-testing.ts'

let world: TestApp
let approvals: ApprovalService
let deputies: Deputies
let decided: Omit<Decided, 'tx' | 'note'>[]
let entries: NewEntry[]
let people: Record<string, Awaited<ReturnType<TestApp['as']>>>
let ticketId: string

beforeEach(async () => {
  world = await testApp()
  const { db, clock, bus } = world.context
  const { identity, audit, desk } = world.services
  entries = []
  decided = []
  const ofDesk = {
    rowOf: (id: string, tx = db) =>
      tx.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirst() as Promise<TicketRow | undefined>, // prettier-ignore
    note: async (_tx: unknown, _id: string, entry: NewEntry) => void entries.push(entry),
    mustSee: async () => {},
    tickets: (ids: string[]) => desk.tickets(ids),
  }
  const reminding = { opened: async () => {} }
  approvals = new ApprovalService({ db, clock, bus, audit, identity, desk: ofDesk, reminding })
  deputies = new Deputies({ db, clock, audit, identity })
  approvals.onDecided('incident', async ({ tx: _tx, note: _note, ...rest }) => void decided.push(rest))
  people = {
    requester: await world.as('manager', '130123'),
    a: await world.as('manager', '130100'),
    b: await world.as('agent', '130100'),
    c: await world.as('agent', '130100'),
  }
  const regionId = world.regions.get('130123')!
  const ticket = { kind: 'incident', title: '购置', regionId, requesterId: idOf('requester') }
  ticketId = await insertTestTicket(db, { ...ticket, nowMs: clock() })
})
afterEach(() => world.close())

const idOf = (name: string) => people[name]!.userId
const step = (names: string[], rule: ApprovalPlan['rule'] = { need: 'all' }): ApprovalPlan => ({
  name: '审批',
  rule,
  by: names.map((name) => ({ kind: 'person', id: idOf(name) })),
})
const ask = (...plans: ApprovalPlan[]) =>
  world.context.db.transaction().execute((tx) => approvals.ask(tx, ticketId, plans))
const asked = async (name: string) => (await approvals.asked(await people[name]!.viewer(), {})).items
async function decide(name: string, approved = true, text?: string) {
  const [first] = await asked(name)
  await approvals.decide(await people[name]!.viewer(), first?.id ?? newId('approval'), {
    approved,
    ...(text !== undefined && { text }),
  })
}

it('asks one step after the other, and tells of the end once', async () => {
  await ask(step(['a']), step(['b', 'c']))
  expect([await asked('a'), await asked('b')].map((list) => list.length)).toEqual([1, 0])
  await decide('a')
  await decide('b')
  expect(decided).toEqual([])
  expect(await approvals.isApproved(ticketId)).toBe(false)
  await decide('c')
  expect(decided).toEqual([{ ticketId, approved: true, text: null }])
  expect(await approvals.isApproved(ticketId)).toBe(true)
  expect(entries.map(({ values }) => values?.decision)).toEqual(['approved', 'approved', 'approved'])
})

it('ends with the first rejection, which says why', async () => {
  await ask(step(['a']), step(['b']))
  await expect(decide('a', false, ' ')).rejects.toMatchObject({ code: 'invalid' })
  await decide('a', false, '超出预算')
  expect(decided).toEqual([{ ticketId, approved: false, text: '超出预算' }])
  expect(await asked('b')).toEqual([])
})

it.each([
  ['any', { need: 'any' }, ['a']],
  ['two of three', { need: 'quorum', count: 2 }, ['a', 'c']],
] as const)('%s: goes on without the rest, who are asked no more', async (_what, rule, who) => {
  await ask(step(['a', 'b', 'c'], rule))
  for (const name of who) await decide(name)
  expect(decided).toHaveLength(1)
  expect(await asked('b')).toEqual([])
})

it('asks the tier above where the requester answers for the region', async () => {
  await ask({ name: '主管', rule: { need: 'any' }, by: [{ kind: 'manager', tier: 'own' }] })
  expect(await asked('requester')).toEqual([])
  expect(await asked('a')).toHaveLength(1)
})

it('is asked again by another round', async () => {
  await ask(step(['a']))
  await ask(step(['b']))
  expect(await asked('a')).toEqual([])
  await decide('b')
  const steps = await approvals.stepsOf(await people.a!.viewer(), ticketId)
  expect(steps.map(({ round, state }) => [round, state])).toEqual([
    [1, 'withdrawn'],
    [2, 'approved'],
  ])
})

it('two who decide at once decide one after the other', async () => {
  await ask(step(['a', 'b']))
  await Promise.all([decide('a'), decide('b')])
  expect(decided).toHaveLength(1)
})

it('takes one decision of two sent at once by the same person', async () => {
  await ask(step(['a', 'b']))
  const results = await Promise.allSettled([decide('a'), decide('a')])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

it('is nobody else’s to decide', async () => {
  await ask(step(['a']))
  const [one] = await asked('a')
  for (const name of ['b', 'requester'])
    await expect(approvals.decide(await people[name]!.viewer(), one!.id, { approved: true })).rejects.toMatchObject({ code: 'not-found' }) // prettier-ignore
})

it('is asked no more once the ticket is over', async () => {
  await ask(step(['a']))
  const { db, now } = world.context
  const row = (await db.selectFrom('tickets').selectAll().where('id', '=', ticketId).executeTakeFirst())!
  await db.transaction().execute((tx) => approvals.changed(tx, row, { ...row, state: 'cancelled' }, now))
  expect(await asked('a')).toEqual([])
})

describe('a deputy', () => {
  const away = async (name: string, deputy: string, from = 0, forMs = 1000) => {
    const startsAt = world.context.now + from
    const viewer = await people[name]!.viewer()
    await deputies.name(viewer, { deputyId: idOf(deputy), startsAt, endsAt: startsAt + forMs })
  }

  it('decides while the approver is away, and is named', async () => {
    await away('a', 'b')
    await ask(step(['a']))
    expect(await asked('b')).toMatchObject([{ onBehalfOf: { id: idOf('a') } }])
    await decide('b')
    const [decidedStep] = await approvals.stepsOf(await people.a!.viewer(), ticketId)
    expect(decidedStep!.votes).toMatchObject([{ approver: { id: idOf('a') }, decidedBy: { id: idOf('b') } }])
  })
  it.each([
    ['before', 500],
    ['after', -1000],
  ])('does not %s', async (_when, offset) => {
    await away('a', 'b', 500, 1000)
    await ask(step(['a']))
    world.context.now += offset < 0 ? 1500 : 0
    expect(await asked('b')).toEqual([])
  })
  it('has no deputy in turn', async () => {
    await away('a', 'b')
    await away('b', 'c')
    await ask(step(['a']))
    expect(await asked('c')).toEqual([])
  })
  it('never decides what they asked for themselves', async () => {
    await away('a', 'requester')
    await ask(step(['a']))
    expect(await asked('requester')).toEqual([])
    const [one] = await asked('a')
    const own = approvals.decide(await people.requester!.viewer(), one!.id, { approved: true })
    await expect(own).rejects.toMatchObject({ code: 'not-found' })
  })
  it('has one voice in a step', async () => {
    await away('a', 'b')
    await ask(step(['a', 'b', 'c'], { need: 'quorum', count: 2 }))
    await decide('b')
    await expect(decide('b')).rejects.toMatchObject({ code: 'already-decided' })
  })
  it('is somebody else, for a time to come', async () => {
    await expect(away('a', 'a')).rejects.toMatchObject({ code: 'not-found' })
    await expect(away('a', 'b', -2000, 1000)).rejects.toMatchObject({ code: 'invalid' })
  })
})
