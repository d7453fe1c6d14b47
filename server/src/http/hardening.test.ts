import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'

let t: TestApp
beforeAll(async () => (t = await testApp()))
afterAll(() => t.close())

describe('every answer', () => {
  it.each([
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'SAMEORIGIN'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['referrer-policy', 'no-referrer'],
    ['permissions-policy', expect.stringContaining('camera=()')],
    ['cache-control', 'no-store'],
    ['server', undefined],
    ['x-powered-by', undefined],
    ['strict-transport-security', undefined],
  ])('says %s', async (name, value) => {
    for (const url of ['/api/health', '/devices', '/nothing', '/api/openapi.json'])
      expect((await t.anyone({ url })).headers[name], url).toEqual(value)
  })
})

describe('one caller', () => {
  it('has a budget; another has another', async () => {
    const small = await testApp({ requestsPerMinute: 15 })
    const [hasty, calm] = [await small.as('viewer'), await small.as('viewer')]
    for (let i = 0; i < 15; i++) expect((await hasty.inject({ url: '/regions' })).statusCode).toBe(200)
    const answer = await hasty.inject({ url: '/regions' })
    expect(answer.json()).toMatchObject({ status: 429, code: 'too-many-requests' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await calm.inject({ url: '/regions' })).statusCode).toBe(200)
    await small.close()
  })

  it('without sign-in has a fifth of it, whatever cookie is shown', async () => {
    const small = await testApp({ requestsPerMinute: 15 })
    const ask = (headers: Record<string, string>) => small.anyone({ url: '/regions', headers })
    const answers = [
      await ask({}),
      await ask({ cookie: 'zongheng=a;b' }),
      await ask({ cookie: 'zongheng=c;d' }),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401])
    expect((await ask({})).statusCode).toBe(429)
    await small.close()
  })

  it('is one network, where a machine has as many addresses as it likes [RFC 4291, 2.5.4]', async () => {
    const small = await testApp({ requestsPerMinute: 15 })
    const from = async (remoteAddress: string) =>
      (await small.app.inject({ url: '/api/v1/regions', remoteAddress })).statusCode
    for (const i of [1, 2, 3]) expect(await from(`2001:db8:1:2::${i}`)).toBe(401)
    expect(await from('2001:db8:1:2:3:4:5:6')).toBe(429)
    expect(await from('2001:db8:1:3::1')).toBe(401)
    await small.close()
  })
})

describe('a body', () => {
  it.each([
    ['__proto__', '{"username":"a","password":"b","__proto__":{"isAdmin":true}}'],
    ['constructor', '{"username":"a","password":"b","constructor":{"prototype":{"isAdmin":true}}}'],
  ])('that reaches for %s is refused', async (_, body) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await t.anyone({ method: 'POST', url: '/session', body, headers })
    expect(answer.json()).toMatchObject({ status: 400, code: 'bad-json' })
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('sets nothing that was not offered', async () => {
    const admin = await t.as('network-admin')
    const forged = {
      id: 'col_forged', isLocal: true, is_local: 1, state: 'enrolled', key_hash: 'x', enrolledAt: 1, deviceCount: 9,
    } // prettier-ignore
    const { collectorId } = (
      await admin.inject({ method: 'POST', url: '/collectors', body: { name: 'x', ...forged } })
    ).json()
    await admin.inject({
      method: 'PATCH',
      url: `/collectors/${collectorId}`,
      body: { ...forged, revokedAt: 1 },
    })
    expect((await admin.inject({ url: `/collectors/${collectorId}` })).json()).toMatchObject({
      state: 'invited',
      isLocal: false,
      enrolledAt: null,
      deviceCount: 0,
    })
    expect(collectorId).not.toBe('col_forged')
  })
})

it('a part of an address that is longer than any id leads nowhere', async () => {
  const admin = await t.as('network-admin')
  const answer = await admin.inject({ url: `/devices/${'x'.repeat(5000)}` })
  expect(answer.statusCode).toBeGreaterThanOrEqual(400)
  expect(answer.statusCode).toBeLessThan(500)
})

describe('what a proxy says of a connection', () => {
  const saysHttps = async (trustProxy: boolean | string, remoteAddress: string) => {
    const proxied = await testApp({ trustProxy })
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }
    const answer = await proxied.app.inject({ url: '/api/health', headers, remoteAddress })
    await proxied.close()
    return answer.headers['strict-transport-security'] !== undefined
  }

  it.each<[boolean | string, string, boolean]>([
    [false, '127.0.0.1', false],
    [true, '192.0.2.1', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '192.0.2.1', false],
    ['127.0.0.1, ::1', '127.0.0.1', true],
    ['loopback', '10.1.2.3', false],
  ])('trustProxy %s is believed of %s: %s', async (trustProxy, address, believed) => {
    expect(await saysHttps(trustProxy, address)).toBe(believed)
  })
})

it('where people come by https alone, browsers are told to stay with it', async () => {
  const secure = await testApp({ publicOrigin: 'https://zongheng.example' })
  const { headers } = await secure.anyone({ url: '/api/health' })
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
  await secure.close()
})

describe('a connection', { timeout: 30_000 }, () => {
  let port: number
  const sockets: Socket[] = []
  beforeAll(async () => {
    await t.app.listen({ host: '127.0.0.1', port: 0 })
    port = (t.app.server.address() as AddressInfo).port
  })
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()))

  async function answerTo(bytes: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write(bytes)
    return (await text(socket)).split('\r\n')[0]!
  }

  it('is given a minute for a request, and a quarter of it for the headers', () => {
    const { requestTimeout, headersTimeout } = t.app.server
    expect([requestTimeout, headersTimeout]).toEqual([60_000, 15_000])
  })

  it.each([
    [
      'a body that never comes',
      'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
    ['headers that never end', 'GET /api/health HTTP/1.1\r\nHost: x\r\nX-A: '],
  ])('with %s is ended', async (_, bytes) => {
    Object.assign(t.app.server, { requestTimeout: 200, headersTimeout: 100 })
    expect(await answerTo(bytes)).toBe('HTTP/1.1 408 Request Timeout')
  })

  it.each([
    ['that speaks something else', '\x16\x03\x01hello\r\n\r\n', 400],
    ['with endless headers', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'with two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na',
      400,
    ],
    ['with a line break in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n', 400],
  ])('%s is told so', async (_, bytes, status) => {
    expect(await answerTo(bytes)).toContain(`HTTP/1.1 ${status}`)
  })
})
