/**
 * The attacker is a network administrator of 石家庄市 and knows every id of 唐山市, its sibling.
 * Wants to see or change what is there, by naming it where a request takes a name: filters, bodies, cursors.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessWorld, type Person, type World } from '../access-world-testing.ts'

let w: World
let city: Person
let officer: Person
let security: Person
beforeAll(async () => {
  w = await accessWorld()
  ;[city, officer, security] = await Promise.all([
    w.person('network-admin'),
    w.person('system-admin'),
    w.person('security-admin'),
  ])
})
afterAll(() => w.close())

const theirs = () => w.at.sibling
const snmp = { version: '2c', community: 'Community-9' }
const mine = () => ({ siteId: w.at.own.site, role: 'ups', snmp })

/** Everything that is theirs: none of it may be answered. */
const traces = () => [...Object.values(theirs()), ...Object.values(w.at.other)]

describe('a filter', () => {
  it.each<[string, () => string, (() => Person)?]>([
    ['regionId of devices', () => `/devices?regionId=${theirs().region}`],
    ['regionId of devices, and the root’s', () => `/devices?regionId=${w.at.parent.region}`],
    ['siteId of devices', () => `/devices?siteId=${theirs().site}`],
    ['deviceId of interfaces', () => `/interfaces?deviceId=${theirs().router}`],
    ['deviceId of sensors', () => `/sensors?deviceId=${theirs().router}`],
    ['siteId of links', () => `/links?siteId=${theirs().site}`],
    ['regionId of links', () => `/links?regionId=${theirs().region}`],
    ['regionId of sites', () => `/sites?regionId=${theirs().region}`],
    ['regionId of alarms', () => `/alarms?regionId=${theirs().region}`],
    ['entityId of alarms', () => `/alarms?entityId=${theirs().router}`],
    ['causeId of alarms', () => `/alarms?causeId=${theirs().alarm}`],
    ['regionId of changes', () => `/changes?regionId=${theirs().region}`],
    ['regionId of bands', () => `/links/bands?from=1&until=2&regionId=${theirs().region}`],
    ['regionId of tickets', () => `/tickets?regionId=${theirs().region}`],
    ['teamId of tickets', () => `/tickets?teamId=${theirs().team}`],
    ['assignee of tickets', () => `/tickets?assignee=${theirs().user}`],
    ['entityId of tickets', () => `/tickets?entityId=${theirs().router}`],
    ['text of tickets', () => '/tickets?q=ticket'],
    ['text of devices', () => '/devices?q=router'],
    ['parentId of regions', () => `/regions?parentId=${theirs().region}`],
    ['regionId of teams', () => `/teams?regionId=${theirs().region}`],
    ['teamId of users', () => `/users?teamId=${theirs().team}`, () => officer],
    ['regionId of users', () => `/users?regionId=${theirs().region}`, () => officer],
    ['role of users', () => '/users?role=network-admin&limit=200', () => officer],
    ['userId of grants', () => `/grants?userId=${theirs().user}`, () => security],
    ['teamId of grants', () => `/grants?teamId=${theirs().team}`, () => security],
    ['regionId of grants', () => `/grants?regionId=${theirs().region}`, () => security],
  ])('%s finds nothing of theirs', async (_, url, who = () => city) => {
    const answer = await who().ask('GET', { url: url() })
    expect(answer.statusCode, answer.body).toBe(200)
    const asked = new URL(url(), 'http://x').searchParams
    for (const id of traces().filter((id) => ![...asked.values()].includes(id)))
      expect(answer.body).not.toContain(id)
  })

  it('in a cursor begins no page that is theirs', async () => {
    const all = await w.person('network-admin', '130000')
    for (const list of ['/devices', '/sites', '/links', '/alarms', '/tickets', '/teams', '/interfaces']) {
      const { next } = (await all.ask('GET', { url: `${list}?limit=1` })).json<{ next: string }>()
      const answer = await city.ask('GET', { url: `${list}?limit=200&cursor=${encodeURIComponent(next)}` })
      expect(answer.statusCode, list).toBe(200)
      for (const id of traces()) expect(answer.body, list).not.toContain(id)
    }
  })
})

describe('a body', () => {
  type Case = [string, string, () => { url: string; body: unknown }, (() => Person)?]
  it.each<Case>([
    ['a device at their site', 'POST', () => ({ url: '/devices?force=true', body: { ...mine(), address: '10.9.0.1', siteId: theirs().site } })],
    ['a device of their collector', 'POST', () => ({ url: '/devices?force=true', body: { ...mine(), address: '10.9.0.2', collectorId: theirs().collector } })],
    ['one’s own device to their site', 'PATCH', () => ({ url: `/devices/${w.at.own.router}`, body: { siteId: theirs().site } })],
    ['one’s own device to their collector', 'PATCH', () => ({ url: `/devices/${w.at.own.router}`, body: { collectorId: theirs().collector } })],
    ['a link to their site', 'POST', () => ({ url: '/links', body: { upperSiteId: w.at.own.site, lowerSiteId: theirs().site, circuits: [circuit()] } })],
    ['a circuit to their interface', 'POST', () => ({ url: '/links', body: { upperSiteId: w.at.own.site, lowerSiteId: w.at.own.annex, circuits: [{ ...circuit(), zInterfaceId: theirs().interface }] } })],
    ['a ticket for their region', 'POST', () => ({ url: '/tickets', body: { title: 'x', description: '', regionId: theirs().region } })],
    ['a ticket for their site', 'POST', () => ({ url: '/tickets', body: { title: 'x', description: '', siteId: theirs().site } })],
    ['a ticket for their site, said to be here', 'POST', () => ({ url: '/tickets', body: { title: 'x', description: '', siteId: theirs().site, regionId: w.at.own.region } })],
    ['a ticket about their alarm', 'POST', () => ({ url: '/tickets', body: { title: 'x', description: '', alarmId: theirs().alarm } })],
    ['one’s own ticket to their team', 'POST', () => ({ url: `/tickets/${w.at.own.ticket}/assign`, body: { teamId: theirs().team } })],
    ['one’s own ticket to one of them', 'POST', () => ({ url: `/tickets/${w.at.own.ticket}/assign`, body: { assigneeId: theirs().user } })],
    ['a run on their device', 'POST', () => ({ url: '/runs', body: { playbook: 'collect-diagnostics', deviceId: theirs().router } })],
    ['a run for their ticket', 'POST', () => ({ url: '/runs', body: { playbook: 'collect-diagnostics', deviceId: w.at.own.router, ticketId: theirs().ticket } })],
    ['a fault of their circuit', 'POST', () => ({ url: '/demo/faults', body: { kind: 'circuit-cut', target: theirs().circuit } })],
    ['a collector at their site', 'POST', () => ({ url: '/collectors', body: { name: 'x', siteId: theirs().site } })],
    ['a collector of their region', 'POST', () => ({ url: '/collectors', body: { name: 'x', regionId: theirs().region } })],
    ['a collector of nowhere, which is the root’s', 'POST', () => ({ url: '/collectors', body: { name: 'x' } })],
    ['one’s own collector to their site', 'PATCH', () => ({ url: `/collectors/${w.at.own.collector}`, body: { siteId: theirs().site } })],
    ['a user of their region', 'POST', () => ({ url: '/users', body: { username: 'spy', displayName: 'x', regionId: theirs().region } }), () => officer],
    ['a user on their team', 'POST', () => ({ url: '/users', body: { username: 'spy', displayName: 'x', regionId: w.at.own.region, teamIds: [theirs().team] } }), () => officer],
    ['one’s own user to their region', 'PATCH', () => ({ url: `/users/${w.at.own.user}`, body: { regionId: theirs().region } }), () => officer],
    ['a team of theirs', 'POST', () => ({ url: '/teams', body: { name: 'x', regionId: theirs().region } }), () => officer],
    ['one of them on one’s own team', 'PUT', () => ({ url: `/teams/${w.at.own.team}/members/${theirs().user}`, body: {} }), () => officer],
    ['one’s own user on their team', 'PUT', () => ({ url: `/teams/${theirs().team}/members/${w.at.own.user}`, body: {} }), () => officer],
    ['one’s own county under their city', 'PATCH', () => ({ url: `/regions/${w.at.child.region}`, body: { managingParentId: theirs().region } }), () => officer],
    ['one’s own county out of the city', 'PATCH', () => ({ url: `/regions/${w.at.child.region}`, body: { managingParentId: w.at.parent.region } }), () => officer],
    ['their county under one’s own city', 'PATCH', () => ({ url: `/regions/${w.at.other.region}`, body: { managingParentId: w.at.own.region } }), () => officer],
    ['a grant in their region', 'POST', () => ({ url: '/grants', body: { userId: w.at.own.user, role: 'viewer', regionId: theirs().region } }), () => security],
    ['a grant on the whole province', 'POST', () => ({ url: '/grants', body: { userId: w.at.own.user, role: 'viewer', regionId: w.at.parent.region } }), () => security],
    ['a grant to one of them', 'POST', () => ({ url: '/grants', body: { userId: theirs().user, role: 'viewer', regionId: w.at.own.region } }), () => security],
    ['a grant to their team', 'POST', () => ({ url: '/grants', body: { teamId: theirs().team, role: 'viewer', regionId: w.at.own.region } }), () => security],
    ['one of their eyes', 'POST', () => ({ url: '/session/view-as', body: { userId: theirs().user, reason: 'x' } }), () => security],
    ['an API token for their region', 'POST', () => ({ url: '/me/tokens', body: { name: 'x', permissions: ['estate.read'], regionId: theirs().region, expiresAt: w.context.now + 1e6 } })],
  ])('%s is refused', async (_, method, ask, who = () => city) => {
    const answer = await who().ask(method, ask())
    expect([400, 403, 404, 422], answer.body).toContain(answer.statusCode)
    for (const name of ['router sibling', 'site sibling', 'team ']) expect(answer.body).not.toContain(name)
  }) // prettier-ignore

  const circuit = () => ({ role: 'primary', number: 'X', carrier: 'Y', access: 'mstp', bandwidthBps: 1, aInterfaceId: w.at.own.interface, zInterfaceId: theirs().interface }) // prettier-ignore
})

it('a device of one’s own goes to a collector that stands above, or to one’s own below', async () => {
  for (const place of ['parent', 'own', 'child'] as const) {
    const body = { collectorId: w.at[place].collector }
    const answer = await city.ask('PATCH', { url: `/devices/${w.at.own.gateway}`, body })
    expect(answer.statusCode, place).toBe(200)
  }
})

it('several at once are refused for the one that is theirs', async () => {
  const entities = `entity=${w.at.own.interface}&entity=${theirs().interface}`
  const url = `/series?${entities}&metric=ifHCInOctets&from=1795000000000&until=1795000060000`
  expect((await city.ask('GET', { url })).statusCode).toBe(404)
})
