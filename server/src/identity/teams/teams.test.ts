import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import type { Team } from '../admin-schema.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let city: Someone
beforeAll(async () => {
  t = await testApp()
  city = await t.as('system-admin', '130100')
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!
let count = 0
const create = (body: object) => city.inject({ method: 'POST', url: '/teams', body })
async function created(): Promise<Team> {
  const answer = await create({ name: `机房组${++count}`, regionId: region('130123') })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<Team>()
}
const actions = async (id: string) => {
  const rows = await t.context.db.selectFrom('audit_records').select('action').where('entity_id', '=', id).orderBy('seq').execute() // prettier-ignore
  return rows.map((row) => row.action)
}

describe('a team', () => {
  it('is made, renamed, filled and dissolved, on record', async () => {
    const team = await created()
    const someone = await t.as('engineer', '130109')
    const members = `/teams/${team.id}/members/${someone.userId}`
    const filled = await city.inject({ method: 'PUT', url: members })
    expect(filled.json()).toMatchObject({ members: [{ id: someone.userId }] })
    await city.inject({ method: 'PUT', url: members }) // again: nothing to record
    expect((await someone.inject({ url: '/session' })).json().teams).toEqual([
      { id: team.id, name: team.name },
    ])
    const renamed = await city.inject({
      method: 'PATCH',
      url: `/teams/${team.id}`,
      body: { name: '动力环境组' },
    })
    expect(renamed.json()).toMatchObject({ name: '动力环境组' })
    expect((await city.inject({ method: 'DELETE', url: members })).json().members).toEqual([])
    expect((await city.inject({ method: 'DELETE', url: members })).statusCode).toBe(404)
    expect((await city.inject({ method: 'DELETE', url: `/teams/${team.id}` })).statusCode).toBe(204)
    expect((await city.inject({ method: 'DELETE', url: `/teams/${team.id}` })).statusCode).toBe(404)
    expect(await actions(team.id)).toEqual(
      ['created', 'joined', 'renamed', 'left', 'deleted'].map((what) => `identity.team-${what}`),
    )
  })

  it('has a name of its own in its region', async () => {
    const { name } = await created()
    const taken = { status: 409, code: 'team-name-taken' }
    expect((await create({ name, regionId: region('130123') })).json()).toMatchObject(taken)
    expect((await create({ name, regionId: region('130109') })).statusCode).toBe(201)
    const other = await created()
    const rename = await city.inject({ method: 'PATCH', url: `/teams/${other.id}`, body: { name } })
    expect(rename.json()).toMatchObject(taken)
  })

  it.each(['网络组', '服务台'] as const)('%s stays as it is', async (name) => {
    const { id } = (await t.services.identity.teamFor(region('130123'), name))!
    const stays = { status: 409, code: 'default-team' }
    expect((await city.inject({ method: 'DELETE', url: `/teams/${id}` })).json()).toMatchObject(stays)
    const rename = await city.inject({ method: 'PATCH', url: `/teams/${id}`, body: { name: 'x' } })
    expect(rename.json()).toMatchObject(stays)
  })

  it('with a grant or an open ticket is not dissolved', async () => {
    const team = await created()
    const security = await t.as('security-admin')
    const body = { teamId: team.id, role: 'viewer', regionId: region('130123') }
    const grant = (await security.inject({ method: 'POST', url: '/grants', body })).json<{ id: string }>()
    const dissolve = () => city.inject({ method: 'DELETE', url: `/teams/${team.id}` })
    expect((await dissolve()).json()).toMatchObject({ status: 409, code: 'team-in-use' })
    await security.inject({ method: 'DELETE', url: `/grants/${grant.id}` })

    const agent = await t.as('agent', '130123')
    const ticket = { title: '打印机', description: '', regionId: region('130123') }
    const opened = await agent.inject({ method: 'POST', url: '/tickets', body: ticket })
    expect(opened.statusCode, opened.body).toBe(201)
    const url = `/tickets/${opened.json<{ id: string }>().id}`
    const assigned = await agent.inject({ method: 'POST', url: `${url}/assign`, body: { teamId: team.id } })
    expect(assigned.statusCode, assigned.body).toBe(200)
    expect((await dissolve()).json()).toMatchObject({ status: 409, code: 'team-in-use' })
    await t.context.db
      .updateTable('tickets')
      .set({ state: 'closed' })
      .where('team_id', '=', team.id)
      .execute()
    expect((await dissolve()).statusCode).toBe(204)
  })
})

describe('out of reach is', () => {
  it.each(['130000', '130200'])('a team of %s', async (code) => {
    const { id } = (await t.services.identity.teamFor(region(code), '网络组'))!
    const member = await t.as('viewer', '130123')
    expect((await create({ name: 'x', regionId: region(code) })).statusCode).toBe(404)
    expect(
      (await city.inject({ method: 'PATCH', url: `/teams/${id}`, body: { name: 'x' } })).statusCode,
    ).toBe(404)
    expect((await city.inject({ method: 'DELETE', url: `/teams/${id}` })).statusCode).toBe(404)
    const url = `/teams/${id}/members/${member.userId}`
    expect((await city.inject({ method: 'PUT', url })).statusCode).toBe(404)
    expect((await city.inject({ method: 'DELETE', url })).statusCode).toBe(404)
  })

  it('a member of elsewhere', async () => {
    const stranger = await t.as('viewer', '130224')
    const url = `/teams/${(await created()).id}/members/${stranger.userId}`
    expect((await city.inject({ method: 'PUT', url })).statusCode).toBe(404)
  })
})

describe('who is on a team that holds grants', () => {
  const holding = async (code: string) => {
    const team = await created()
    const security = await t.as('security-admin')
    const body = { teamId: team.id, role: 'network-admin', regionId: region(code) }
    expect((await security.inject({ method: 'POST', url: '/grants', body })).statusCode).toBe(201)
    return team
  }
  const refused = { status: 403, code: 'team-holds-grants' }

  it('is for the security officer to say, never for the system officer', async () => {
    const team = await holding('130123')
    const someone = await t.as('viewer', '130123')
    const url = `/teams/${team.id}/members/${someone.userId}`
    expect((await city.inject({ method: 'PUT', url })).json()).toMatchObject(refused)
    const user = { username: 'newcomer', displayName: 'x', regionId: region('130123'), teamIds: [team.id] }
    expect((await city.inject({ method: 'POST', url: '/users', body: user })).json()).toMatchObject(refused)
    const security = await t.as('security-admin', '130100')
    expect((await security.inject({ method: 'PUT', url })).statusCode).toBe(200)
    expect((await city.inject({ method: 'DELETE', url })).json()).toMatchObject(refused)
    expect((await security.inject({ method: 'DELETE', url })).statusCode).toBe(200)
  })

  it('is for whoever may give all that it holds', async () => {
    const team = await holding('130100')
    const someone = await t.as('viewer', '130123')
    const url = `/teams/${team.id}/members/${someone.userId}`
    const county = await t.as('security-admin', '130123')
    expect((await county.inject({ method: 'PUT', url })).json()).toMatchObject(refused)
    const above = await t.as('security-admin', '130100')
    expect((await above.inject({ method: 'PUT', url })).statusCode).toBe(200)
    expect((await county.inject({ method: 'DELETE', url })).json()).toMatchObject(refused)
  })
})
