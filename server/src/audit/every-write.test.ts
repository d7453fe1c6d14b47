import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unrecorded, writes } from './writes-testing.ts'
import { writtenWorld, type World } from './writing-testing.ts'

let w: World
beforeAll(async () => {
  w = await writtenWorld()
  await w.app.ready()
})
afterAll(async () => {
  await w.close()
  w.simulator.close()
})

const lastSeq = async () =>
  (await w.context.db.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow()).seq
const recordsAfter = (seq: number) =>
  w.context.db.selectFrom('audit_records').selectAll().where('seq', '>', seq).execute()

describe('the trail is complete', () => {
  it('every route that writes is in the table, and nothing else', () => {
    const reads = ['GET', 'HEAD', 'OPTIONS']
    const routes = w.app.apiRoutes
      .filter(({ method, url }) => url.startsWith('/api/v1/') && !reads.includes(String(method)))
      .map(({ method, url }) => `${String(method)} ${url.slice('/api/v1'.length)}`)
    expect(Object.keys(writes).sort()).toEqual(routes.sort())
  })

  it.each(Object.keys(writes))(
    '%s leaves a record that names who did it',
    async (route) => {
      const [method] = route.split(' ') as [string]
      const { who, ask } = await writes[route]!(w)
      const seq = await lastSeq()
      const headers = { 'x-reason': encodeURIComponent('测试'), ...ask.headers }
      const answer = await who.inject({ method, ...ask, headers })
      expect(answer.statusCode, answer.body).toBeLessThan(300)
      const records = await recordsAfter(seq)
      if (route in unrecorded) return expect(records).toEqual([])
      expect(records.length).toBeGreaterThan(0)
      for (const record of records) {
        expect(record.action).toMatch(/^[a-z]+\.[a-z-]+$/)
        expect(record.reason).toBeTruthy()
        expect(record).toMatchObject({ address: '127.0.0.1', request_id: expect.any(String) })
        if (who.userId) expect(record).toMatchObject({ actor_kind: 'person', actor_id: who.userId })
        expect(`${record.before}${record.after}`).not.toMatch(/Correct-horse|Another-horse|Community-9/)
      }
    },
    30_000,
  )

  it('and is right', async () => {
    expect(await w.services.auditing.verify()).toMatchObject({ ok: true, problem: null })
  })
})
