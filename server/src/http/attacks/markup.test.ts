/**
 * The attacker may name things: a ticket, a device, a team, themselves. Wants the name to run in whoever looks at it.
 * Here what the server says of such a name; what a browser makes of it: ui/e2e/xss.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessWorld, type Person, type World } from '../access-world-testing.ts'

let w: World
let network: Person
let officer: Person
beforeAll(async () => {
  w = await accessWorld()
  ;[network, officer] = await Promise.all([w.person('network-admin'), w.person('system-admin')])
})
afterAll(() => w.close())

const names = ['<img src=x onerror=alert(1)>', '"><svg onload=alert(1)>', 'javascript:alert(1)', '</script><script>alert(1)</script>', '{{7*7}}${7*7}'] // prettier-ignore

describe.each(names)('%s', (name) => {
  it.each<[string, () => Person, string, () => { url: string; body: object }, string]>([
    ['a ticket', () => network, 'POST', () => ({ url: '/tickets', body: { title: name, description: name } }), 'title'],
    ['a comment', () => network, 'POST', () => ({ url: `/tickets/${w.at.own.ticket}/comments`, body: { text: name, visibility: 'public' } }), 'text'],
    ['a device', () => network, 'PATCH', () => ({ url: `/devices/${w.at.own.router}`, body: { name } }), 'name'],
    ['a collector', () => network, 'PATCH', () => ({ url: `/collectors/${w.at.own.collector}`, body: { name } }), 'name'],
    ['a user', () => officer, 'PATCH', () => ({ url: `/users/${w.at.own.user}`, body: { displayName: name, post: name, skills: [name] } }), 'displayName'],
    ['a team', () => officer, 'PATCH', () => ({ url: `/teams/${w.at.own.team}`, body: { name } }), 'name'],
  ])('is the name of %s, in JSON and nothing else', async (_, who, method, ask, field) => {
    const answer = await who().ask(method, ask())
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['content-security-policy']).toMatch(/script-src 'self'(?![^;]*unsafe)/)
    expect(JSON.stringify(answer.json())).toContain(`"${field}":${JSON.stringify(name)}`)
  }) // prettier-ignore

  it('is no page when it is part of an address or a problem', async () => {
    for (const url of [`/devices/${encodeURIComponent(name)}`, `/devices?state=${encodeURIComponent(name)}`, `/${encodeURIComponent(name)}`]) {
      const answer = await network.ask('GET', { url, headers: { accept: 'text/html' } })
      expect(answer.headers['content-type'], url).toMatch(/^application\/problem\+json/)
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
    }
  }) // prettier-ignore
})

it('an export is kept as a file and never shown', async () => {
  const auditor = await w.person('audit-admin')
  const { headers } = await auditor.ask('GET', { url: '/audit/export' })
  expect(headers['content-disposition']).toMatch(/^attachment;/)
  expect(headers['x-content-type-options']).toBe('nosniff')
})
