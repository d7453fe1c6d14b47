import { afterAll, beforeAll, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { deviceFact, interfaceFacts, withSmallEstate } from './testing.ts'

let test: TestApp
let ids: Map<string, string>
let admin: Awaited<ReturnType<TestApp['as']>>
const ports = new Map<string, string>()
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  for (const key of ['市-RT', '正定-RT', '唐山-RT'])
    await test.services.estate.applyFact(test.context.db, deviceFact(ids.get(key)!, { interfaces: [interfaceFacts('GE9')] })) // prettier-ignore
  const rows = await test.context.db.selectFrom('interfaces').selectAll().where('if_name', '=', 'GE9').execute() // prettier-ignore
  for (const key of ['市-RT', '正定-RT', '唐山-RT']) ports.set(key, rows.find((row) => row.device_id === ids.get(key))!.id) // prettier-ignore
  admin = await test.as('network-admin', '130000')
})
afterAll(() => test.close())

const circuit = (more: object = {}) => ({
  role: 'backup', number: 'NEW-1', carrier: '中国电信', access: 'mstp', bandwidthBps: 2e6,
  aInterfaceId: ports.get('市-RT'), zInterfaceId: ports.get('正定-RT'), ...more,
}) // prettier-ignore
const add = (body: object, who = admin) => who.inject({ method: 'POST', url: `/links/${ids.get('市-正定')}/circuits`, body }) // prettier-ignore
const change = (body: object, who = admin, key = '正定-主') => who.inject({ method: 'PATCH', url: `/circuits/${ids.get(key)}`, body }) // prettier-ignore

it.each<[string, object, number, string]>([
  ['a second primary', { role: 'primary' }, 422, 'role-order'],
  ['a port of another site', { get zInterfaceId() { return ports.get('唐山-RT') } }, 422, 'not-at-site'],
  ['a number that its carrier has already', { number: 'NO-正定-主' }, 409, 'duplicate-circuit'],
  ['no bandwidth', { bandwidthBps: 0 }, 400, 'invalid'],
])('%s is refused, and nothing is added', async (_what, more, status, code) => {
  const answer = await add(circuit(more))
  expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining(code)])
  expect((await test.services.estate.model()).links.get(ids.get('市-正定')!)!.circuits).toHaveLength(2)
}) // prettier-ignore

it('is added last, and judged at once with the others', async () => {
  const answer = await add(circuit({ legAddress: '127.1.1.9', legKind: 'icmp' }))
  expect(answer.statusCode, answer.body).toBe(201)
  const { circuits } = (await test.services.estate.model()).links.get(ids.get('市-正定')!)!
  expect(circuits.map(({ number }) => number)).toEqual(['NO-正定-主', 'NO-正定-备', 'NEW-1'])
  expect(circuits[2]!.leg).toEqual({ kind: 'icmp', address: '127.1.1.9', port: 161 })
})

it('is put right: what was told is another, the rest stays', async () => {
  const answer = await change({ number: 'ANE0365NP', bandwidthBps: 2e7, carrier: '中国联通' })
  expect(answer.statusCode, answer.body).toBe(200)
  expect(answer.json().circuits[0]).toMatchObject({ number: 'ANE0365NP', bandwidthBps: 2e7, carrier: '中国联通', access: 'mstp' }) // prettier-ignore
})

it.each<[string, object, number, string]>([
  ['nothing', {}, 400, 'invalid'],
  ['a port of another site', { get aInterfaceId() { return ports.get('唐山-RT') } }, 422, 'not-at-site'],
  ['the number of another', { number: 'NO-正定-备', carrier: '中国移动' }, 409, 'duplicate-circuit'],
])('%s is no change', async (_what, patch, status, code) => {
  const answer = await change(patch)
  expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining(code)])
}) // prettier-ignore

it('is changed by whoever is at home at both its ends, and by nobody else', async () => {
  const county = await test.as('network-admin', '130123')
  expect((await change({ bandwidthBps: 1e6 }, county)).statusCode).toBe(404)
  expect((await add(circuit({ number: 'NEW-2' }), county)).statusCode).toBe(404)
  expect((await change({ bandwidthBps: 1e6 }, await test.as('engineer', '130000'))).statusCode).toBe(403)
})
