import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { newId } from '@zongheng/inventory/id.ts'
import { testApp, type TestApp } from '../../testing.ts'
import { insertGrants, lockGrants } from '../grants/grant-store.ts'
import type { Role } from '../roles.ts'
import { Admission } from './admission.ts'
import type { Person } from './person.ts'
import { providerOf } from './provider.ts'
import * as store from './store.ts'

let t: TestApp
let admission: Admission
beforeAll(async () => {
  t = await testApp()
  const { db, bus, clock } = t.context
  admission = new Admission({ db, bus, clock, audit: t.services.audit })
  const settings = {
    defaultRegionId: t.regions.get('130000')!,
    groups: [{ group: 'security', role: 'security-admin', regionId: t.regions.get('130000')! }],
  }
  const row = { id: 'idp_1', kind: 'oidc', name: '省厅', enabled: 1, settings: JSON.stringify(settings), secret: null } // prettier-ignore
  await store.insertProvider(db, { ...row, created_at: 0, updated_at: 0 })
})
afterAll(() => t.close())
beforeEach(
  () => void (person = { ...person, externalId: `sub${++count}`, username: `user${count}`, groups: [] }),
)

let count = 0
let person: Person = {
  externalId: '',
  username: '',
  displayName: '某人',
  email: null,
  phone: null,
  groups: [],
}

async function admit(groups: string[] = []): Promise<string> {
  const row = await store.provider(t.context.db, 'idp_1')
  return admission.admit(providerOf(row!, t.context.secrets), { ...person, groups })
}
const grant = (userId: string, role: Role, expiresAt: number | null = null) => ({
  id: newId('grant', t.context.now),
  user_id: userId,
  team_id: null,
  role,
  region_id: t.regions.get('130000')!,
  expires_at: expiresAt,
  created_at: t.context.now,
  updated_at: t.context.now,
})

it('waits for whoever is giving grants, and makes no officer of someone who has just got another role', async () => {
  const userId = await admit()
  const admitted = await t.context.db.transaction().execute(async (tx) => {
    await lockGrants(tx)
    const admitted = admit(['security']).catch((error: unknown) => error)
    await insertGrants(tx, [grant(userId, 'agent')])
    // as long as it takes the other to get as far as it can
    for (let i = 0; i < 200; i++) await store.heldRoles(tx, userId)
    return { admitted }
  })
  expect(await admitted.admitted).toMatchObject({ code: 'roles-exclude' })
  const held = await store.heldRoles(t.context.db, userId)
  expect(held.map(({ role }) => role)).toEqual(['agent'])
})

it('is not stopped by a grant that has expired', async () => {
  const userId = await admit()
  await insertGrants(t.context.db, [grant(userId, 'agent', t.context.now + 1)])
  t.context.now += 1
  await admit(['security'])
  const held = await store.heldRoles(t.context.db, userId)
  expect(held.map(({ role }) => role)).toEqual(['security-admin'])
})
