import { expect, it } from 'vitest'
import { testApp } from '../testing.ts'
import { demoAnswers } from './answers.ts'
import { demoTickets } from './tickets.ts'

it('shows what people do together: an offer, an urging, a major incident, a rating', async () => {
  const { services, regions, close } = await testApp()
  const { identity, desk } = services
  expect(await demoTickets(services)).toEqual([])
  for (const [username, role, code] of [['chenjing', 'manager', '130000'], ['zhangli', 'agent', '130000'], ['zhaolei', 'engineer', '130100'], ['liuyang', 'requester', '130123']] as const) // prettier-ignore
    await identity.createUser({ username, displayName: username, passwordHash: '', regionId: regions.get(code)!, grants: [{ role, regionId: regions.get(code)! }] }) // prettier-ignore
  expect(await demoAnswers(services)).toHaveLength(5)
  const ids = await demoTickets(services)
  const head = (await identity.viewerNamed((await identity.userNamed('chenjing'))!))!
  const details = await Promise.all(ids.map((id) => desk.detail(head, id)))
  expect(details.map(({ state }) => state)).toEqual(['resolved', 'in_progress', 'pending', 'in_progress', 'new', 'new']) // prettier-ignore
  expect(details[1]!.escalation).toMatchObject({
    fromTeam: { name: '石家庄市 网络组' },
    toTeam: { name: '河北省 网络组' },
  })
  expect(details[0]).toMatchObject({ score: 5 })
  expect(details.every(({ tags }) => tags.length > 0)).toBe(true)
  expect(details[2]).toMatchObject({ isUrged: 1 })
  expect(details[3]).toMatchObject({ isMajor: true, children: 2, meToos: 2 })
  const agent = (await identity.viewerNamed((await identity.userNamed('zhangli'))!))!
  expect(await desk.views.list(agent, 'tickets')).toMatchObject([{ name: '会议保障', mine: true }])
  const ready = await desk.answers.forTicket(agent, ids[0]!)
  expect(ready.find(({ shortcut }) => shortcut === 'slgz')!.body).toContain(details[0]!.number)
  await close()
})
