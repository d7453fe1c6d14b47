import { once } from 'node:events'
import { expect, it } from 'vitest'
import { noDraft } from '../estate/draft.ts'
import { testApp } from '../testing.ts'
import { demoRequests } from './requests.ts'

it('asks for something in every state', async () => {
  const { context, services, regions, close } = await testApp()
  const { identity, items, estate } = services
  await items.fill()
  const draft = noDraft(regions.get('130000')!)
  for (const code of ['130100', '130123'])
    draft.sites.push({ key: code, regionId: regions.get(code)!, name: code, kind: 'office', address: null, contact: null, contactPhone: null }) // prettier-ignore
  const made = await context.db.transaction().execute((tx) => estate.create(tx, draft))
  const reloaded = once(context.bus, 'estate.reloaded')
  estate.changed(made.values())
  await reloaded
  for (const [username, role, code] of [['chenjing', 'manager', '130000'], ['zhaolei', 'engineer', '130100'], ['liuyang', 'requester', '130123']] as const) // prettier-ignore
    await identity.createUser({ username, displayName: username, passwordHash: '', regionId: regions.get(code)!, grants: [{ role, regionId: regions.get(code)! }] }) // prettier-ignore
  const ids = await demoRequests(services, context.now)
  const states = (await services.desk.tickets(ids)).map(({ state }) => state)
  expect(new Set(states)).toEqual(new Set(['closed', 'rejected', 'in_progress', 'fulfilled', 'approval']))
  await close()
})
