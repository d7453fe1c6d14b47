import { once } from 'node:events'
import { newId } from '@zongheng/inventory/id.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plantCounty, type County } from '../decider-testing.ts'
import { testApp, type TestApp } from '../testing.ts'

const hour = 3_600_000
type Person = Awaited<ReturnType<TestApp['as']>>
let test: TestApp
let ids: County
let engineer: Person
let manager: Person

beforeEach(async () => {
  test = await testApp()
  ids = await plantCounty(test)
  const reloaded = once(test.context.bus, 'estate.reloaded')
  test.services.estate.changed([ids.link])
  await reloaded
  engineer = await test.as('engineer', '130100')
  manager = await test.as('manager', '130100')
})
afterEach(() => test.close())

const post = (url: string, body: object, who = engineer) => who.inject({ method: 'POST', url, body })
const at = (hours: number, lasting = 2) => {
  const startsAt = test.context.now + hours * hour
  return { startsAt, endsAt: startsAt + lasting * hour }
}
const texts = { title: '更换路由器', reason: '老化', plan: '换', testPlan: 'ping', backout: '换回' }
const draft = (more: object = {}) => ({
  type: 'normal',
  ...texts,
  entityIds: [ids.link],
  ...at(14),
  ...more,
})
async function drafted(more: object = {}, who = engineer) {
  const answer = await post('/changes', draft(more), who)
  expect(answer.body).toContain('"draft"')
  return answer.json().ticket.id as string
}
const moving = (id: string, to: string, more: object = {}, who = engineer) =>
  post(`/tickets/${id}/move`, { to, ...more }, who)
async function moved(id: string, to: string, more: object = {}, who = engineer) {
  const answer = await moving(id, to, more, who)
  expect(answer.body).toContain('"timeline"')
  return answer.json().state as string
}
const changeOf = async (id: string, who = engineer) => (await who.inject({ url: `/changes/${id}` })).json()
const patched = (id: string, body: object, who = engineer) => who.inject({ method: 'PATCH', url: `/changes/${id}`, body }) // prettier-ignore
const stateOf = async (id: string) => (await changeOf(id)).ticket.state as string
/** Whether the change's window covers its link now, or will. */
async function windowsOf(id: string) {
  const { ticket } = await changeOf(id)
  const { items } = (await manager.inject({ url: '/windows?limit=200' })).json()
  return (items as { reference: string; startsAt: number; endsAt: number; cancelledAt: number | null }[])
    .filter(({ reference }) => reference === ticket.number)
    .map(({ startsAt, endsAt, cancelledAt }) => ({ startsAt, endsAt, isEnded: cancelledAt !== null }))
}
async function decide(approved: boolean, text?: string) {
  const viewer = await manager.viewer()
  const [asked] = (await test.services.approvals.asked(viewer, {})).items
  await test.services.approvals.decide(viewer, asked!.id, { approved, ...(text !== undefined && { text }) })
}
async function agreed(more: object = {}) {
  const id = await drafted(more)
  await moved(id, 'submitted')
  await moved(id, 'assessed')
  await decide(true)
  return id
}
const model = { title: '更换光模块', reason: '例行', plan: '更换', testPlan: '看', backout: '换回', durationMinutes: 120, tasks: ['确认备线', '更换'] } // prettier-ignore
async function approvedModel() {
  const body = { regionId: test.regions.get('130100'), name: '光模块', template: model }
  const { id, updatedAt } = (await post('/changes/models', body, engineer)).json()
  await post(`/changes/models/${id}/approve`, { updatedAt }, manager)
  return id as string
}

describe('a normal change', () => {
  it('is assessed, approved, scheduled with its window, carried out, reviewed and closed', async () => {
    const id = await drafted({ ...at(2), tasks: [{ name: '备份' }, { name: '更换', follows: [1] }] })
    expect((await changeOf(id)).assessment).toMatchObject({ sites: { total: 1 } })
    await moved(id, 'submitted')
    expect((await moving(id, 'scheduled')).statusCode).toBe(409)
    await moved(id, 'assessed')
    expect(await windowsOf(id)).toEqual([])
    await decide(true)
    expect(await stateOf(id)).toBe('scheduled')
    expect(await windowsOf(id)).toEqual([{ ...at(2), isEnded: false }])

    test.context.now += 2.5 * hour
    await moved(id, 'implementing')
    expect((await moving(id, 'review', { resolutionCode: 'successful' })).json().detail).toContain('任务')
    const viewer = await engineer.viewer()
    for (const { id: taskId } of (await test.services.tasks.ofTicket(viewer, id)).items)
      await test.services.tasks.change(viewer, taskId, { state: 'done' })
    expect((await moving(id, 'review')).statusCode).toBe(400)
    await moved(id, 'review', { resolutionCode: 'successful' })
    expect(await windowsOf(id)).toMatchObject([{ isEnded: true }])
    expect(await changeOf(id)).toMatchObject({ outcome: 'successful', endedAt: test.context.now })
    expect((await moving(id, 'closed', { text: '正常' })).statusCode).toBe(403)
    await moved(id, 'closed', { text: '按计划完成' }, manager)
    expect(await changeOf(id)).toMatchObject({ review: '按计划完成', reviewedBy: { id: manager.userId } })
  })

  it('that is rejected goes back to a draft and is asked about again', async () => {
    const id = await drafted()
    await moved(id, 'submitted')
    await moved(id, 'assessed')
    await decide(false, '备线先修好')
    expect(await stateOf(id)).toBe('rejected')
    await moved(id, 'draft')
    await moved(id, 'submitted')
    await moved(id, 'assessed')
    await decide(true)
    expect(await windowsOf(id)).toHaveLength(1)
  })

  it('takes its window along when it is rescheduled, and gives it up with the change', async () => {
    const id = await agreed()
    const later = at(38)
    expect((await engineer.inject({ method: 'PATCH', url: `/changes/${id}`, body: later })).statusCode).toBe(200) // prettier-ignore
    expect(await windowsOf(id)).toEqual([{ ...later, isEnded: false }])
    await moved(id, 'cancelled', { text: '不做了' })
    expect(await windowsOf(id)).toMatchObject([{ isEnded: true }])
  })

  it('that begins early has its window from then on', async () => {
    const id = await agreed(at(2))
    test.context.now += hour
    await moved(id, 'implementing')
    expect(await windowsOf(id)).toMatchObject([{ startsAt: test.context.now }])
  })

  it('may not be moved to a time that is riskier than what was approved', async () => {
    const id = await agreed({ entityIds: [ids.circuits[0]] })
    const office = at(22) // Monday 10:00
    const answer = await engineer.inject({ method: 'PATCH', url: `/changes/${id}`, body: office })
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'change-riskier'])
  })

  it('is altered as a draft alone', async () => {
    const id = await drafted()
    const patched = await engineer.inject({ method: 'PATCH', url: `/changes/${id}`, body: { title: '换设备', entityIds: [ids.devices[1]] } }) // prettier-ignore
    expect(patched.json().ticket).toMatchObject({ title: '换设备', entities: [{ id: ids.devices[1] }] })
    await moved(id, 'submitted')
    const late = await engineer.inject({ method: 'PATCH', url: `/changes/${id}`, body: { title: '再换' } })
    expect(late.json().code).toBe('change-fixed')
  })

  it('that is drafted anew for another place is that place’s, and its team’s', async () => {
    await test.services.identity.createTeams([...test.regions.values()])
    const teamOf = async (code: string) => (await test.services.identity.teamFor(test.regions.get(code)!, '网络组'))!.id // prettier-ignore
    const id = await drafted({ entityIds: [ids.devices[1]] })
    const placed = async (entityIds: unknown[]) => {
      const answer = await patched(id, { entityIds })
      const { region, team } = answer.json().ticket
      return [region.id, team.id]
    }
    expect(await placed([ids.devices[0]])).toEqual([test.regions.get('130100'), await teamOf('130100')])
    expect(await placed([ids.devices[2]])).toEqual([test.regions.get('130123'), await teamOf('130123')])
  })

  it('keeps the team that was chosen for it as long as that reaches its place', async () => {
    await test.services.identity.createTeams([...test.regions.values()])
    const desk = (await test.services.identity.teamFor(test.regions.get('130100')!, '服务台'))!.id
    const id = await drafted({ entityIds: [ids.devices[0]], teamId: desk })
    expect((await patched(id, { entityIds: [ids.devices[1]] })).json().ticket).toMatchObject({
      region: { id: test.regions.get('130123') },
      team: { id: desk },
    })
  })

  it('that was undone leaves its tasks undone', async () => {
    const id = await agreed({ ...at(2), tasks: [{ name: '备份' }] })
    test.context.now += 2 * hour
    await moved(id, 'implementing')
    expect(await moved(id, 'review', { resolutionCode: 'rolled-back' })).toBe('review')
  })
})

describe('a standard change', () => {
  it('goes by its model and is scheduled as soon as it is submitted', async () => {
    const id = await drafted({ type: 'standard', modelId: await approvedModel() })
    expect(await changeOf(id)).toMatchObject({
      plan: '更换',
      tasks: [{ name: '确认备线' }, { name: '更换' }],
    })
    expect(await moved(id, 'submitted')).toBe('scheduled')
    expect(await windowsOf(id)).toEqual([{ ...at(14), isEnded: false }])
  })

  it('is refused once its model was changed, until it is approved anew', async () => {
    const modelId = await approvedModel()
    const id = await drafted({ type: 'standard', modelId })
    await manager.inject({ method: 'PATCH', url: `/changes/models/${modelId}`, body: { name: '换件' } })
    expect((await moving(id, 'submitted')).json().code).toBe('model-not-approved')
    expect(await stateOf(id)).toBe('draft')
  })

  it('is refused once its model was shortened and approved anew, until it fits', async () => {
    const modelId = await approvedModel()
    const id = await drafted({ type: 'standard', modelId })
    const template = { ...model, durationMinutes: 60 }
    const shortened = await engineer.inject({ method: 'PATCH', url: `/changes/models/${modelId}`, body: { template } }) // prettier-ignore
    await post(`/changes/models/${modelId}/approve`, { updatedAt: shortened.json().updatedAt }, manager)
    const refused = await moving(id, 'submitted')
    expect([refused.statusCode, refused.json().detail]).toEqual([400, '变更时长不能超过模板规定的 60 分钟'])
    expect(await stateOf(id)).toBe('draft')
    await patched(id, at(14, 1))
    expect(await moved(id, 'submitted')).toBe('scheduled')
  })

  it('needs a model, and takes no longer than it', async () => {
    expect((await post('/changes', draft({ type: 'standard' }))).statusCode).toBe(400)
    const modelId = await approvedModel()
    expect((await post('/changes', draft({ type: 'standard', modelId, ...at(14, 3) }))).statusCode).toBe(400)
  })
})

it('a standard change is not altered to outlast its model, as long as it takes', async () => {
  const id = await drafted({ type: 'standard', modelId: await approvedModel(), ...at(2) })
  expect((await patched(id, at(2, 3))).statusCode).toBe(400)
  expect((await patched(id, at(4))).statusCode).toBe(200)
  await moved(id, 'submitted')
  expect((await patched(id, at(2, 3))).statusCode).toBe(400)
  test.context.now += 7 * hour
  await moved(id, 'implementing')
  expect((await patched(id, { endsAt: test.context.now + 2 * hour })).statusCode).toBe(200)
  expect((await patched(id, { endsAt: test.context.now + 3 * hour })).statusCode).toBe(400)
})

describe('an emergency', () => {
  it('begins at once, and is asked about in its review, within a day of work', async () => {
    const id = await drafted({ type: 'emergency', ...at(0) })
    await moved(id, 'submitted')
    await moved(id, 'implementing')
    expect(await windowsOf(id)).toEqual([{ ...at(0), isEnded: false }])
    await moved(id, 'review', { resolutionCode: 'successful' })
    expect(await windowsOf(id)).toMatchObject([{ isEnded: true }])
    const monday = Date.UTC(2026, 10, 23, 9, 30) // Sunday noon; Monday's work ends at 17:30
    expect((await changeOf(id)).reviewDueAt).toBe(monday)
    expect((await moving(id, 'closed', { text: '先做后批' }, manager)).statusCode).toBe(400)
    await decide(true)
    await moved(id, 'closed', { text: '处置得当' }, manager)
  })

  it('whose review is overdue is told once to whoever answers for the region, and no more once it is reviewed', async () => {
    const reminded = async () => {
      await test.services.reviews.look()
      const rows = await test.context.db.selectFrom('notify_deliveries').select(['user_id', 'message']).where('event', '=', 'ticket-due').execute() // prettier-ignore
      return rows.filter(({ message }) => message.includes('补审')).map(({ user_id }) => user_id)
    }
    const begin = async () => {
      const id = await drafted({ type: 'emergency', ...at(0) })
      await moved(id, 'submitted')
      await moved(id, 'implementing')
      await moved(id, 'review', { resolutionCode: 'successful' })
      return id
    }
    const [left, reviewed] = [await begin(), await begin()]
    await decide(true)
    await decide(true)
    await moved(reviewed, 'closed', { text: '处置得当' }, manager)
    const { reviewDueAt } = await changeOf(left)
    test.context.now = reviewDueAt - 1
    expect(await reminded()).toEqual([])
    test.context.now = reviewDueAt
    expect(await reminded()).toEqual([manager.userId])
    test.context.now += 24 * hour
    expect(await reminded()).toEqual([manager.userId])
  })

  it('minds no freeze', async () => {
    await post('/changes/freezes', { regionId: test.regions.get('130100'), name: '封网', ...at(-1, 9) }, manager) // prettier-ignore
    const id = await drafted({ type: 'emergency', ...at(0) })
    await moved(id, 'submitted')
    expect(await moved(id, 'implementing')).toBe('implementing')
  })
})

it.each([
  ['normal', ['/reason', '/plan', '/testPlan', '/backout']],
  ['emergency', ['/reason', '/plan', '/backout']],
])('a %s change is submitted once it says why and how', async (type, missing) => {
  const id = await drafted({ type, reason: '', plan: ' ', testPlan: '', backout: '' })
  const refused = await moving(id, 'submitted')
  expect([refused.statusCode, refused.json().code]).toEqual([422, 'change-incomplete'])
  expect(refused.json().errors.map(({ path }: { path: string }) => path)).toEqual(missing)
  expect(refused.json().detail).toContain('回退办法')
  const { reason, plan, testPlan, backout } = texts
  await patched(id, { reason, plan, backout, ...(type === 'normal' && { testPlan }) })
  expect(await moved(id, 'submitted')).toBe('submitted')
})

it('a change that crosses a freeze may be drafted, not submitted', async () => {
  await post('/changes/freezes', { regionId: test.regions.get('130100'), name: '两会保障', ...at(10, 10) }, manager) // prettier-ignore
  const id = await drafted()
  expect((await changeOf(id)).assessment.conflicts).toMatchObject([{ kind: 'freeze', forbids: true }])
  const refused = await moving(id, 'submitted')
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'change-frozen'])
})

it('a freeze announced while a change is asked about leaves it approved, without a window', async () => {
  const id = await drafted()
  await moved(id, 'submitted')
  await moved(id, 'assessed')
  await post('/changes/freezes', { regionId: test.regions.get('130100'), name: '封网', ...at(10, 10) }, manager) // prettier-ignore
  await decide(true)
  expect(await stateOf(id)).toBe('approved')
  expect(await windowsOf(id)).toEqual([])
  await engineer.inject({ method: 'PATCH', url: `/changes/${id}`, body: at(38) })
  await moved(id, 'scheduled')
  expect(await windowsOf(id)).toMatchObject([at(38)])
})

it('a change that cuts a conference off says so, and is told to the next change', async () => {
  const siteId = test.services.state.model.links.get(ids.link)!.lowerSiteId
  await post('/bookings', { title: '调度会', kind: 'video', siteIds: [siteId], ...at(15, 1) })
  const id = await drafted()
  expect((await changeOf(id)).assessment.conflicts).toMatchObject([{ kind: 'booking', why: 'cut' }])
  await moved(id, 'submitted')
  const plan = { type: 'normal', entityIds: [ids.devices[1]], ...at(15), hasBackout: true, hasTest: true }
  const { conflicts } = (await post('/changes/preview', plan)).json()
  expect(conflicts.map(({ kind }: { kind: string }) => kind)).toContain('change')
})

it('the calendar has a change in place of its window', async () => {
  const id = await agreed()
  const url = `/changes/calendar?from=${test.context.now}&until=${test.context.now + 48 * hour}`
  const { items } = (await engineer.inject({ url })).json()
  expect(items).toMatchObject([{ kind: 'change', id, state: 'scheduled' }])
  const listed = (await engineer.inject({ url: '/changes/tickets?state=open' })).json().items
  expect(listed).toMatchObject([{ ticket: { id }, type: 'normal', startsAt: at(14).startsAt }])
})

it('nobody changes what is beyond their regions', async () => {
  const stranger = await test.as('engineer', '130224')
  expect((await post('/changes', draft(), stranger)).statusCode).toBe(404)
  expect((await stranger.inject({ url: `/changes/${await drafted()}` })).statusCode).toBe(404)
})

describe('whoever may change things elsewhere alone', () => {
  /** Answers for the desk here, for changes in another county. */
  async function guest() {
    const who = await test.as('agent', '130100')
    const region = test.regions.get('130224')!
    const stamps = { created_at: 1, updated_at: 1 }
    await test.context.db.insertInto('grants').values({ id: newId('grant'), user_id: who.userId, team_id: null, role: 'engineer', region_id: region, ...stamps }).execute() // prettier-ignore
    return who
  }

  it('neither moves nor alters a change here, and is offered neither', async () => {
    const who = await guest()
    const id = await drafted()
    expect(await changeOf(id, who)).toMatchObject({ moves: [], mayEdit: 'nothing' })
    expect((await moving(id, 'submitted', {}, who)).statusCode).toBe(403)
    expect((await patched(id, { title: '换设备' }, who)).statusCode).toBe(403)
    expect(await stateOf(id)).toBe('draft')
  })
})
