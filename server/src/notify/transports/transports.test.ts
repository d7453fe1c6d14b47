import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelSecret, ChannelSettings } from '../channel.ts'
import type { NotifyMessage } from '../message.ts'
import { encodeGbk } from './gbk.ts'
import { handOver } from './index.ts'
import { isForbidden } from './request.ts'

interface Seen {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  body: Buffer
}

/** The other side: keeps what it is sent, and answers as a test says. */
let server: Server
let base: string
let seen: Seen[]
let answer: { status: number; body: string; headers?: Record<string, string> }
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url!, base)
      seen.push({ method: request.method!, url, headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  seen = []
  answer = { status: 200, body: '{"errcode":0,"code":0}' }
})

const nowMs = Date.UTC(2026, 10, 22, 4)
const message: NotifyMessage = {
  event: 'opened',
  severity: 'critical',
  title: '正定县 “链路”中断',
  region: '正定县',
  sinceMs: nowMs,
  untilMs: null,
  cause: '',
  cutOff: { count: 3, names: [] },
  nextStep: '',
  carriers: [],
  alarmId: 'alm_1',
  ticket: null,
}
const send = (settings: ChannelSettings, secret: ChannelSecret = {}, address = '') =>
  handOver({
    settings,
    secret,
    address,
    message,
    wording: { timeZone: 'Asia/Shanghai', origin: '' },
    id: 'dlv_1',
    threadId: 'thr_1',
    firstId: null,
    nowMs,
  })
const bodyOf = ({ body }: Seen) => JSON.parse(body.toString())
const hmac = (key: string, text: string, form: 'hex' | 'base64' = 'base64') => createHmac('sha256', key).update(text).digest(form) // prettier-ignore

describe('robots', () => {
  it('钉钉 is signed in its query, by milliseconds', async () => {
    const settings = { kind: 'dingtalk' } as const
    expect(await send(settings, { url: `${base}/robot/send?access_token=a`, signKey: 'SEC' })).toMatchObject({ ok: true }) // prettier-ignore
    const { searchParams } = seen[0]!.url
    expect(searchParams.get('access_token')).toBe('a')
    expect(searchParams.get('timestamp')).toBe(String(nowMs))
    expect(searchParams.get('sign')).toBe(hmac('SEC', `${nowMs}\nSEC`))
    expect(bodyOf(seen[0]!)).toMatchObject({
      msgtype: 'markdown',
      markdown: { title: `[紧急] ${message.title}` },
    })
  })

  it('飞书 is signed in its body, by seconds, over nothing', async () => {
    expect(await send({ kind: 'feishu' }, { url: `${base}/hook/x`, signKey: 'key' })).toMatchObject({
      ok: true,
    })
    const { timestamp, sign, msg_type, card } = bodyOf(seen[0]!)
    expect(timestamp).toBe(String(nowMs / 1000))
    expect(sign).toBe(hmac(`${timestamp}\nkey`, ''))
    expect(msg_type).toBe('interactive')
    expect(card.header).toMatchObject({ template: 'red', title: { content: `[紧急] ${message.title}` } })
  })

  it('企业微信 has its key in its address', async () => {
    expect(await send({ kind: 'wecom' }, { url: `${base}/webhook/send?key=k` })).toMatchObject({ ok: true })
    expect(seen[0]!.url.searchParams.get('key')).toBe('k')
    expect(bodyOf(seen[0]!)).toMatchObject({ msgtype: 'markdown' })
    expect(Buffer.byteLength(bodyOf(seen[0]!).markdown.content)).toBeLessThanOrEqual(4096)
  })

  it.each<[kind: 'wecom' | 'dingtalk' | 'feishu', body: string, again: boolean]>([
    ['wecom', '{"errcode":45009,"errmsg":"api freq out of limit"}', true],
    ['wecom', '{"errcode":93000,"errmsg":"invalid webhook url"}', false],
    ['dingtalk', '{"errcode":310000,"errmsg":"sign not match"}', false],
    ['dingtalk', '{"errcode":130101,"errmsg":"send too fast"}', true],
    ['feishu', '{"code":19021,"msg":"sign match fail"}', false],
    ['feishu', '{"code":9499,"msg":"too many request"}', true],
    ['feishu', '<html>a proxy</html>', true],
  ])('%s that answers %s: again %s', async (kind, body, again) => {
    answer = { status: 200, body }
    expect(await send({ kind }, { url: `${base}/x` })).toEqual({ ok: false, answer: body, again })
  })
})

it('a webhook is signed over its time and body, and tells a repetition by its key', async () => {
  expect(await send({ kind: 'webhook', url: `${base}/hook` }, { signKey: 'k' })).toMatchObject({ ok: true })
  const [{ headers, body }] = seen as [Seen]
  expect(headers['idempotency-key']).toBe('dlv_1')
  expect(headers['x-zongheng-timestamp']).toBe(String(nowMs))
  expect(headers['x-zongheng-signature']).toBe(`sha256=${hmac('k', `${nowMs}.${body.toString()}`, 'hex')}`)
  expect(JSON.parse(body.toString())).toMatchObject({
    version: 1,
    id: 'dlv_1',
    threadId: 'thr_1',
    event: 'opened',
  })
})

describe('SMS', () => {
  const sms: Extract<ChannelSettings, { kind: 'sms' }> = {
    kind: 'sms',
    method: 'POST',
    url: '',
    contentType: 'json',
    charset: 'utf-8',
    headers: [{ name: 'X-Key', value: '{key}' }],
    body: '{"to":"{phone}","text":"{text}"}',
    success: '"ok"',
  }
  const text = '[紧急] 正定县 “链路”中断，2026-11-22 12:00:00 起，影响 3 个站点'
  beforeEach(() => (answer = { status: 200, body: '{"result":"ok"}' }))

  it('as JSON', async () => {
    expect(await send({ ...sms, url: `${base}/sms` }, { key: 'K' }, '13800000000')).toMatchObject({
      ok: true,
    })
    expect(bodyOf(seen[0]!)).toEqual({ to: '13800000000', text })
    expect(seen[0]!.headers['x-key']).toBe('K')
  })

  it('as a form in GBK', async () => {
    const form = { contentType: 'form', charset: 'gbk', body: 'mobile={phone}&content={text}' } as const
    await send({ ...sms, ...form, url: `${base}/sms` }, {}, '13800000000')
    const content = /content=(.*)$/.exec(seen[0]!.body.toString('latin1'))![1]!
    const octets = Buffer.from(content.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1') // prettier-ignore
    expect(new TextDecoder('gbk').decode(octets)).toBe(text)
  })

  it('in a query', async () => {
    await send(
      { ...sms, method: 'GET', url: `${base}/sms?m={phone}&c={text}&k={key}` },
      { key: 'a&b' },
      '1&x=2',
    )
    expect(Object.fromEntries(seen[0]!.url.searchParams)).toEqual({ m: '1&x=2', c: text, k: 'a&b' })
  })

  it('as XML', async () => {
    await send({ ...sms, contentType: 'xml', body: '<m>{phone}</m>', url: `${base}/sms` }, {}, '<1&2>')
    expect(seen[0]!.body.toString()).toBe('<m>&lt;1&amp;2&gt;</m>')
  })

  it('is not sent when its gateway says otherwise', async () => {
    answer = { status: 200, body: '{"result":"no credit"}' }
    expect(await send({ ...sms, url: `${base}/sms` })).toMatchObject({ ok: false, again: true })
  })

  it('GBK holds what Chinese telephones hold', () => {
    const all = '纵横：链路中断，镕喆堃 ASCII ①Ⅱ《》'
    expect(new TextDecoder('gbk').decode(encodeGbk(all))).toBe(all)
    expect(encodeGbk('😀').toString()).toBe('?')
  })
})

describe('whoever is called', () => {
  const hook = (url: string) => send({ kind: 'webhook', url }, { signKey: 'k' })

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [408, true],
    [401, false],
    [404, false],
    [302, false],
  ])('answers %d: again %s', async (status, again) => {
    answer = { status, body: 'no', headers: { location: `${base}/elsewhere` } }
    expect(await hook(`${base}/hook`)).toEqual({ ok: false, answer: `${status} no`, again })
    expect(seen).toHaveLength(1)
  })

  it('may not talk without end', async () => {
    answer = { status: 200, body: 'x'.repeat(100_000) }
    expect(await hook(`${base}/hook`)).toMatchObject({ ok: false, again: true })
  })

  it('is not there', async () => {
    expect(await hook('http://127.0.0.1:1/')).toEqual({ ok: false, answer: 'ECONNREFUSED', again: true })
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://0.0.0.0/',
    'file:///etc/passwd',
  ])(
    '%s is nobody to call',
    async (url) => expect(await hook(url)).toMatchObject({ ok: false, answer: expect.stringMatching(/not a gateway|neither http/) }), // prettier-ignore
  )

  it.each<[string, boolean]>([
    ['169.254.169.254', true],
    ['::ffff:169.254.169.254', true],
    ['224.0.0.1', true],
    ['10.0.0.1', false],
    ['127.0.0.1', false],
    ['fd00::1', false],
  ])('%s is forbidden: %s', (address, is) => expect(isForbidden(address)).toBe(is))

  it('keeps a secret address out of what is told', async () => {
    const told = await send({ kind: 'dingtalk' }, { url: 'http://127.0.0.1:1/robot?access_token=topsecret' })
    expect(JSON.stringify(told)).not.toContain('topsecret')
  })
})
