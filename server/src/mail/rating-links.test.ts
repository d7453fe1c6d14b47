/** The link by which somebody without an account rates. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reopenWithinMs } from '../desk/kinds.ts'
import { testApp, type TestApp } from '../testing.ts'

let t: TestApp
let network: Awaited<ReturnType<TestApp['as']>>

beforeAll(async () => {
  t = await testApp({ publicOrigin: 'https://desk.test' })
  network = await t.as('network-admin', '130000')
})
afterAll(() => t.close())

type Row = Parameters<TestApp['services']['mail']['ratingLinks']['tokenOf']>[0]
const about = async (id: string, set: object = {}): Promise<Row> =>
  t.context.db.updateTable('tickets').set({ updated_at: t.context.now, ...set }).where('id', '=', id).returningAll().executeTakeFirstOrThrow() // prettier-ignore

/** Done a moment ago, for somebody known by their address alone. */
async function done(set: object = {}): Promise<Row> {
  const body = { title: '打印机卡纸', description: '不能外传的内容' }
  const answer = await network.inject({ method: 'POST', url: '/tickets', body })
  const by = { requester_id: null, contact_email: 'wang@county.gov.cn' }
  return about(answer.json().id, { ...by, state: 'resolved', resolved_at: t.context.now, ...set })
}
const tokenOf = (row: Row) => t.services.mail.ratingLinks.tokenOf(row)!
const post = (path: string, payload: object, remoteAddress: string) =>
  t.app.inject({ method: 'POST', url: `/api/v1${path}`, payload, remoteAddress })
let asked = 0
const ask = async (path: string, body: object) => {
  const answer = await post(path, body, `10.0.0.${++asked}`)
  return { status: answer.statusCode, body: answer.json(), text: answer.body }
}
const look = (token: string) => ask('/rating-links', { token })
const rate = (token: string, score = 4, text?: string) => ask('/rating-links/rating', { token, score, ...(text && { text }) }) // prettier-ignore

it('shows number and title, takes one rating, and tells nothing else', async () => {
  const row = await done()
  const token = tokenOf(row)
  const seen = await look(token)
  expect(seen).toMatchObject({ status: 200 })
  expect(Object.keys(seen.body).sort()).toEqual(['number', 'score', 'title'])
  expect(await rate(token, 4, '很快')).toMatchObject({ status: 200, body: { score: 4 } })
  const after = await t.context.db.selectFrom('tickets').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow() // prettier-ignore
  expect(after).toMatchObject({ score: 4, score_text: '很快', state: 'resolved', requester_id: null })
})

describe('a link is good', () => {
  it('once', async () => {
    const token = tokenOf(await done())
    const answers = await Promise.all([rate(token, 1), rate(token, 5)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await rate(token)).toMatchObject({ status: 409, body: { code: 'rated-already' } })
  })

  it.each<[string, (row: Row) => Promise<unknown>, number, string]>([
    [
      'to the seventh day',
      ({ id }) => about(id, { resolved_at: t.context.now - reopenWithinMs - 1 }),
      409,
      'not-ratable',
    ],
    ['as long as it is done', ({ id }) => about(id, { state: 'in_progress' }), 409, 'not-ratable'],
    [
      'as long as it stands by itself',
      ({ id }) => about(id, { merged_into: 'tkt_other' }),
      409,
      'not-ratable',
    ],
  ])('%s', async (_, change, status, code) => {
    const row = await done()
    await change(row)
    // what has run out is still sealed rightly
    const now = await about(row.id)
    const token = tokenOf(now)
    expect(await look(token)).toMatchObject({ status, body: { code } })
    expect(await rate(token)).toMatchObject({ status, body: { code } })
  })

  it.each<[string, object]>([
    ['not for a later solution', { resolved_at: 1 }],
    ['not after somebody else was put down', { contact_email: 'other@county.gov.cn' }],
    ['not where the reporter has an account now', { requester_id: 'usr_somebody' }],
  ])('%s', async (_, set) => {
    const row = await done()
    const token = tokenOf(row)
    await about(row.id, set)
    expect((await look(token)).status).toBe(404)
    expect((await rate(token)).status).toBe(404)
  })
})

describe('a forged link opens nothing', () => {
  const last = (text: string) => text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.at(-1)
  it.each<[string, (token: string, other: string) => string, number]>([
    ['of which a character was changed', (token) => last(token), 404],
    [
      'with the seal of another ticket',
      (token, other) => `${token.split('.')[0]}.${other.split('.')[1]}`,
      404,
    ],
    ['of a ticket that is not there', (token) => `${'0'.repeat(26)}.${token.split('.')[1]}`, 404],
    ['without a seal', (token) => token.split('.')[0]!, 400],
    ['with an empty seal', (token) => `${token.split('.')[0]}.`, 400],
    ['with more behind it', (token) => `${token}.x`, 400],
  ])('%s', async (_, forge, status) => {
    const [row, other] = [await done(), await done()]
    const token = forge(tokenOf(row), tokenOf(other))
    const answers = [await look(token), await rate(token)]
    expect(answers.map((one) => one.status)).toEqual([status, status])
    expect(answers.map((one) => one.text).join()).not.toMatch(/INC\d|打印机/)
  })

  it('however often it is tried: an address has twenty a minute', async () => {
    const token = `${'x'.repeat(26)}.${'x'.repeat(43)}`
    const codes: number[] = []
    for (let n = 0; n < 21; n++) codes.push((await post('/rating-links', { token }, '192.0.2.7')).statusCode)
    expect(codes.filter((code) => code === 429)).toHaveLength(1)
  })
})

it('is behind the #, where no proxy keeps it, and is for nobody who has an account', async () => {
  const { ratingLinks } = t.services.mail
  const row = await done()
  expect(ratingLinks.addressOf(row)).toBe(`https://desk.test/rate#${tokenOf(row)}`)
  expect(ratingLinks.addressOf({ ...row, requester_id: 'usr_x' })).toBeNull()
})
