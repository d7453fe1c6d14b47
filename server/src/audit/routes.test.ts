import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import type { AuditRecord } from './schema.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let province: Someone
let city: Someone
beforeAll(async () => {
  t = await testApp()
  province = await t.as('audit-admin')
  city = await t.as('audit-admin', '130100')
  const changes = [
    ['estate.device-changed', 'dev_1', '市-RT_1', '130100'],
    ['estate.device-changed', 'dev_2', '正定-RT', '130123'],
    ['estate.link-added', 'lnk_1', '唐山', '130200'],
    ['identity.policy-changed', 'policy', '安全策略', null],
  ] as const
  for (const [action, id, name, code] of changes)
    await t.services.audit.tell({
      action,
      entity: { type: 'x', id, name },
      regionId: code && t.regions.get(code)!,
      before: { name: 'a', secret: 'b' },
      after: { name: 'c' },
      reason: `演练 ${name}`,
    })
})
afterAll(() => t.close())

const list = async (who: Someone, query = '') =>
  (await who.inject({ url: `/audit${query}` })).json<{ items: AuditRecord[]; next: string | null }>()
const names = async (who: Someone, query = '') => {
  const { items } = await list(who, query)
  return items.filter(({ action }) => /^estate|policy/.test(action)).map(({ entity }) => entity?.name)
}

describe('the list', () => {
  it('is newest first, page by page', async () => {
    const all = await list(province, '?limit=200')
    const seqs = all.items.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.toSorted((a, b) => b - a))
    const first = await list(province, '?limit=3')
    const second = await list(province, `?limit=200&cursor=${first.next}`)
    expect([...first.items, ...second.items]).toEqual(all.items)
  })

  it('is of one’s own regions; what belongs to the installation is for who has all of it', async () => {
    expect(await names(province)).toEqual(['安全策略', '唐山', '正定-RT', '市-RT_1'])
    expect(await names(city)).toEqual(['正定-RT', '市-RT_1'])
  })

  it.each([
    ['?action=estate', ['唐山', '正定-RT', '市-RT_1']],
    ['?action=estate.link-added', ['唐山']],
    ['?entityId=dev_2', ['正定-RT']],
    ['?q=RT_', ['市-RT_1']],
    ['?q=%E5%94%90', ['唐山']],
    ['?actorKind=collector', []],
    ['?until=1', []],
    ['?from=1', ['安全策略', '唐山', '正定-RT', '市-RT_1']],
  ])('is filtered: %s', async (query, expected) => {
    expect(await names(province, query)).toEqual(expected)
  })

  it('is filtered by region, within one’s own', async () => {
    expect(await names(province, `?regionId=${t.regions.get('130100')}`)).toEqual(['正定-RT', '市-RT_1'])
    expect(await names(city, `?regionId=${t.regions.get('130200')}`)).toEqual([])
  })

  it.each(['?action=x;y', '?actorKind=nobody', '?from=x', '?cursor=x'])('refuses %s', async (query) => {
    expect((await province.inject({ url: `/audit${query}` })).statusCode).toBe(400)
  })
})

describe('a record', () => {
  it('shows both sides, secrets masked, and its hash', async () => {
    const [{ seq }] = (await list(province, '?entityId=dev_2')).items as [AuditRecord]
    expect((await city.inject({ url: `/audit/${seq}` })).json()).toMatchObject({
      before: { name: 'a', secret: '***' },
      after: { name: 'c' },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('of elsewhere does not exist', async () => {
    const [{ seq }] = (await list(province, '?entityId=lnk_1')).items as [AuditRecord]
    expect((await city.inject({ url: `/audit/${seq}` })).statusCode).toBe(404)
  })
})

describe('an export', () => {
  const exported = async (who: Someone, query = '') =>
    (await who.inject({ url: `/audit/export${query}` })).body
  const saved = (text: string) => {
    const file = join(t.context.config.dataDir, 'export.jsonl')
    writeFileSync(file, text)
    return file
  }

  it('is verified by itself, and is a record', async () => {
    const text = await exported(province)
    const lines = text.trimEnd().split('\n')
    const verdict = await t.services.auditing.verifyFile(saved(text))
    expect(verdict).toMatchObject({ ok: true, records: lines.length, fromSeq: 1, untilSeq: lines.length })
    const [latest] = (await list(province, '?action=audit.exported')).items
    expect(latest).toMatchObject({ actor: { kind: 'person', id: province.userId } })
    const { after } = (await province.inject({ url: `/audit/${latest!.seq}` })).json()
    expect(after).toEqual({ filter: {}, records: lines.length, untilSeq: lines.length })
  })

  it('goes on where another left off', async () => {
    const until = 3
    const lines = (await exported(province)).split('\n').slice(until)
    expect(await t.services.auditing.verifyFile(saved(lines.join('\n')))).toMatchObject({
      ok: true,
      fromSeq: 4,
    })
  })

  it.each([
    [
      'a changed word',
      (lines: string[]) => (lines[3] = lines[3]!.replace('"reason":', '"reason":"x","y":')),
      4,
    ],
    ['a changed value', (lines: string[]) => (lines[3] = lines[3]!.replace(/"at":\d+/, '"at":1')), 4],
    ['a line left out', (lines: string[]) => lines.splice(3, 1), 4],
    ['a line doubled', (lines: string[]) => lines.splice(3, 0, lines[3]!), 5],
    [
      'another predecessor',
      (lines: string[]) => (lines[0] = lines[0]!.replace(/"previous":"./, '"previous":"f')),
      1,
    ],
  ] as const)('is found to hold %s', async (_what, edit, seq) => {
    const lines = (await exported(province)).trimEnd().split('\n')
    edit(lines)
    expect((await t.services.auditing.verifyFile(saved(lines.join('\n')))).problem).toMatchObject({ seq })
  })

  it('keeps to one’s own regions and the filter', async () => {
    const lines = (await exported(city, '?action=estate')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).entity_id)).toEqual(['dev_1', 'dev_2'])
  })

  it('of nothing is empty', async () => {
    expect(await exported(city, '?until=1')).toBe('')
  })
})

describe('the chain', () => {
  it('is checked on demand', async () => {
    const answer = await province.inject({ method: 'POST', url: '/audit/verify' })
    expect(answer.json()).toMatchObject({ ok: true, problem: null, archives: 0 })
  })

  it('has its archives listed', async () => {
    t.context.now += 400 * 86_400_000
    const [archive] = await t.services.auditing.archive()
    t.context.now -= 400 * 86_400_000
    expect((await province.inject({ url: '/audit/archives' })).json()).toEqual({ items: [archive] })
    const verdict = (await province.inject({ method: 'POST', url: '/audit/verify' })).json()
    expect(verdict).toMatchObject({ ok: true, archives: 1 })
  })

  it('goes on from an archive in an export', async () => {
    const text = (await province.inject({ url: '/audit/export' })).body
    const file = join(t.context.config.dataDir, 'rest.jsonl')
    writeFileSync(file, text)
    expect((await t.services.auditing.verifyFile(file)).problem).toBeNull()
  })
})
