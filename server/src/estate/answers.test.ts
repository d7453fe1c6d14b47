/** Replies from elsewhere: noticed, shown, and believed once somebody says so. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { findingsKept } from './finding-store.ts'
import type { DeviceDetail } from './schema.ts'
import { withSmallEstate } from './testing.ts'

let test: TestApp
let ids: Map<string, string>
let who: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  who = await test.as('network-admin')
})
afterAll(() => test.close())

const url = () => `/devices/${ids.get('市-RT')}`
const device = async () => (await who.inject({ url: url() })).json() as DeviceDetail
const foreign = async () => (await device()).foreignReplies.map(({ address }) => address)
const allow = (answersFrom: string[]) => who.inject({ method: 'PATCH', url: url(), body: { answersFrom } })
const told = (address: string, atMs: number, deviceId = ids.get('市-RT')!) =>
  test.context.db
    .transaction()
    .execute((tx) =>
      test.services.estate.applyFinding(tx, { deviceId, atMs, finding: { kind: 'foreign-reply', address } }),
    )

it('one row for each address, the latest first; what is no address is nothing', async () => {
  for (const [address, at] of [['10.1.1.1', 100], ['10.1.1.2', 200], ['10.1.1.1', 300], ['10.1.1.1', 50], ['2001:DB8:0::9', 20], ['no address', 400]] as const)
    await told(address, at) // prettier-ignore
  expect((await device()).foreignReplies).toEqual([
    { address: '10.1.1.1', firstAt: 100, lastAt: 300 },
    { address: '10.1.1.2', firstAt: 200, lastAt: 200 },
    { address: '2001:db8::9', firstAt: 20, lastAt: 20 },
  ])
})

it('an address that is allowed is the device’s own from then on, and the trail tells who said so', async () => {
  expect((await allow(['10.1.1.1', '2001:db8:0::9', '2001:db8::9'])).statusCode).toBe(200)
  expect(await device()).toMatchObject({ answersFrom: ['10.1.1.1', '2001:db8::9'], pingIntervalS: 10, pollIntervalS: 60 })
  expect(await foreign()).toEqual(['10.1.1.2'])
  const record = await test.context.db.selectFrom('audit_records').selectAll().orderBy('seq', 'desc').executeTakeFirst()
  expect(record).toMatchObject({ action: 'estate.device-changed', actor_id: who.userId })
  expect(record!.after).toContain('10.1.1.1')
}) // prettier-ignore

it.each([
  ['of another device', () => '10.23.9.9'],
  ['that is a name', () => 'rt.gov.cn'],
  ['that ends in a zone', () => 'fe80::1%eth0'],
])('an address %s is refused at its field', async (_, address) => {
  const other = { address: '10.23.9.9' }
  await test.context.db.updateTable('devices').set(other).where('id', '=', ids.get('正定-RT')!).execute()
  const answer = await allow(['10.1.1.1', address()])
  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({ errors: [{ path: '/answersFrom/1' }] })
})

it('whoever forges replies from everywhere fills no table', async () => {
  for (let i = 0; i < 3 * findingsKept; i++) await told(`10.2.0.${i}`, 1000 + i)
  expect(await foreign()).toHaveLength(findingsKept)
  expect((await foreign())[0]).toBe(`10.2.0.${3 * findingsKept - 1}`)
})
