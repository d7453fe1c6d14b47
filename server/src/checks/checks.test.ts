import { newSealingKeys, openSealed } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { AssignmentBook } from '../uplink/assignment.ts'
import { ownOf } from '../uplink/belongs.ts'
import type { Check } from './schema.ts'

let t: TestApp
let ids: Map<string, string>
let engineer: Awaited<ReturnType<TestApp['as']>>
let collectorId: string
const tcp = { kind: 'tcp', host: '10.0.0.1', port: 443, expect: '' }
const ssh = { username: 'backup', password: 'Secret-of-9' }
const backup = {
  kind: 'backup',
  host: '10.0.0.9',
  port: 22,
  folder: '/backup',
  pattern: '*.dmp',
  leastBytes: 1,
}

beforeAll(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  collectorId = newId('collector')
  const none = { site_id: null, region_id: null, token_hash: null, token_expires_at: null, token_used_at: null, public_key: null, enrolled_at: 1, seen_at: null, revoked_at: null } // prettier-ignore
  const row = {
    id: collectorId,
    name: '本机',
    is_local: 1,
    key_hash: 'x',
    created_at: 1,
    updated_at: 1,
    ...none,
  }
  await t.context.db.insertInto('collectors').values(row).execute()
  t.services.estate.changed([])
  engineer = await t.as('engineer', '130100')
})
afterAll(() => t.close())

const add = async (body: object = {}) =>
  engineer.inject({ method: 'POST', url: '/checks', body: { name: newId('check'), spec: tcp, regionId: t.regions.get('130100'), ...body } }) // prettier-ignore
const added = async (body?: object): Promise<Check> => {
  const answer = await add(body)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<Check>()
}
const patch = (id: string, body: object) => engineer.inject({ method: 'PATCH', url: `/checks/${id}`, body })
const credentials = async () => (await t.context.db.selectFrom('credentials').select('name').execute()).length

describe('a check', () => {
  it('begins with what is usual for its kind, at the collector beside the server', async () => {
    const check = await added()
    expect(check).toMatchObject({
      state: 'unknown',
      intervalS: 60,
      timeoutMs: 10_000,
      target: '10.0.0.1:443',
    })
    expect(check.limits).toEqual([{ metric: 'checkMs', warning: 500, critical: 3000 }])
    expect(check.points.map(({ collector }) => collector)).toEqual([{ id: collectorId, name: '本机' }])
  })

  it('belongs where its device stands', async () => {
    const deviceId = ids.get('市-RT')
    expect(await added({ deviceId, regionId: undefined })).toMatchObject({ device: { id: deviceId }, site: { id: ids.get('市') } }) // prettier-ignore
  })

  it.each<[string, object, string[]]>([
    ['without a host', { spec: { ...tcp, host: undefined } }, ['/spec/host']],
    ['at a port that is none', { spec: { ...tcp, port: 70_000 } }, ['/spec/port']],
    ['of a host that is none', { spec: { ...tcp, host: 'a b' } }, ['/spec/host']],
    ['of no kind', { spec: { kind: 'gopher' } }, ['/spec/kind']],
    ['of a web address with a password', { spec: { ...web, url: 'http://a:b@c/' } }, ['/spec/url']],
    ['of a file', { spec: { ...web, url: 'file:///etc/passwd' } }, ['/spec/url']],
    ['too often', { intervalS: 5 }, ['/intervalS']],
    ['longer than its interval', { intervalS: 10, timeoutMs: 20_000 }, ['/timeoutMs']],
    ['with a limit on what it does not measure', { limits: [{ metric: 'checkDaysLeft', warning: 1, critical: null }] }, ['/limits/0/metric']], // prettier-ignore
    ['that signs in with nothing', { spec: backup }, ['/ssh']],
    ['that belongs nowhere', { regionId: undefined }, ['/regionId']],
  ])('%s is refused, and told where', async (_, body, paths) => {
    const answer = await add(body)
    expect([answer.statusCode, answer.json().errors?.map(({ path }: { path: string }) => path)]).toEqual([400, paths]) // prettier-ignore
  })

  it('stays of its kind', async () => {
    const { id } = await added()
    expect((await patch(id, { spec: { kind: 'icmp', host: '10.0.0.1', count: 3 } })).json().errors[0].path).toBe('/spec/kind') // prettier-ignore
  })

  it('that is paused says so, and is given to nobody', async () => {
    const { id, points } = await added()
    expect((await patch(id, { enabled: false })).json()).toMatchObject({ enabled: false, state: 'paused' })
    expect(ownOf(await t.services.estate.model(), collectorId).check.has(points[0]!.id)).toBe(false)
  })
})

const web = { kind: 'http', url: 'http://a/', method: 'GET', status: [], contains: '', lacks: '', redirects: 0, verifyTls: true, watchBody: false } // prettier-ignore

describe('the credential of a check', () => {
  it('is sealed for its collector and shown to nobody', async () => {
    const check = await added({ spec: backup, ssh })
    expect([check.hasCredential, JSON.stringify(check)]).toEqual([
      true,
      expect.not.stringContaining(ssh.password),
    ])
    const keys = newSealingKeys()
    const open = (id: string) => t.services.estate.credential(id)
    const book = new AssignmentBook(collectorId, keys.publicKey, open, 1)
    const { checks } = await book.whole(await t.services.estate.model())
    const probe = checks!.find(({ checkId }) => checkId === check.points[0]!.id)!
    expect(openSealed(keys, probe.credential!)).toEqual(ssh)
  })

  it('goes to no other address', async () => {
    const { id } = await added({ spec: backup, ssh })
    const moved = { spec: { ...backup, host: '10.6.6.6' } }
    expect((await patch(id, moved)).json()).toMatchObject({ status: 422, code: 'credential-again' })
    expect((await patch(id, { ...moved, ssh })).statusCode).toBe(200)
    expect((await patch(id, { spec: { ...moved.spec, folder: '/other' } })).statusCode).toBe(200)
  })

  it('is replaced by a new one, and gone with the check', async () => {
    const before = await credentials()
    const { id } = await added({ spec: backup, ssh })
    await patch(id, { ssh: { ...ssh, password: 'Another-9' } })
    expect(await credentials()).toBe(before + 1)
    await engineer.inject({ method: 'DELETE', url: `/checks/${id}` })
    expect([await credentials(), (await engineer.inject({ url: `/checks/${id}` })).statusCode]).toEqual([
      before,
      404,
    ])
  })
})

describe('running a check', () => {
  it('is refused while none of its collectors is there', async () => {
    const { id } = await added()
    expect((await engineer.inject({ method: 'POST', url: `/checks/${id}/run` })).json().code).toBe(
      'collector-away',
    )
  })

  it('before it is kept is a job that answers with what came of it', async () => {
    t.services.uplink.presence.arrived(collectorId)
    const body = { spec: tcp, regionId: t.regions.get('130100') }
    const answer = await engineer.inject({ method: 'POST', url: '/checks/try', body })
    const [jobId] = answer.json<{ jobIds: string[] }>().jobIds as [string]
    const outcome = { ok: false, code: 'refused', values: { host: '10.0.0.1' } }
    const result = { kind: 'check', outcome, metrics: { checkMs: 3 } } as const
    const { jobs } = t.services.automation
    const fact = { kind: 'job', jobId, outcome: 'done', result, atMs: t.context.now } as const
    const end = await t.context.db.transaction().execute((tx) => jobs.apply(tx, fact))
    jobs.tell(end!)
    const job = (await engineer.inject({ url: `/jobs/${jobId}` })).json()
    expect(job).toMatchObject({ state: 'done', check: { outcome, metrics: { checkMs: 3 } } })
  })
})

it('an outcome that a collector tells is kept, an older one is not', async () => {
  const { id, points } = await added()
  const tell = async (code: string, atMs: number) => {
    const fact = {
      kind: 'check',
      checkId: points[0]!.id,
      atMs,
      outcome: { ok: false, code, values: {} },
    } as const
    const told = await t.context.db.transaction().execute((tx) => t.services.checks.applyFact(tx, fact))
    told()
  }
  await tell('timeout', 2000)
  await tell('refused', 1000)
  const { points: seen } = (await engineer.inject({ url: `/checks/${id}` })).json<Check>()
  expect(seen[0]!.outcome).toMatchObject({ code: 'timeout' })
})

it('lists are filtered, and counted the same', async () => {
  const q = newId('check')
  const [one] = [await added({ name: `${q} a` }), await added({ name: `${q} b`, enabled: false })]
  const { items } = (await engineer.inject({ url: `/checks?q=${q}&state=unknown` })).json<{
    items: Check[]
  }>()
  expect(items.map(({ id }) => id)).toEqual([one.id])
  const all = (await engineer.inject({ url: '/checks?limit=200' })).json<{ items: Check[] }>().items
  const counts = (await engineer.inject({ url: '/checks/counts' })).json<Record<string, number>>()
  const paused = all.filter(({ state }) => state === 'paused').length
  expect(counts.paused).toBe(paused)
  const manager = await t.as('manager', '130000')
  const { items: sums } = (
    await manager.inject({ url: `/summary?regionId=${t.regions.get('130000')}` })
  ).json<{ items: { checks: Record<string, number> }[] }>()
  expect(sums.reduce((sum, { checks }) => sum + (checks.paused ?? 0), 0)).toBe(paused)
})
