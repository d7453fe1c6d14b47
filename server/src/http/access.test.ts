import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissionsOf, roles } from '../identity/roles.ts'
import { testApp, type TestApp } from '../testing.ts'

interface Route {
  method: string
  url: string
  permission: string | undefined
}

let t: TestApp
let routes: Route[]
beforeAll(async () => {
  t = await testApp({ demo: true })
  await t.app.ready()
  routes = listRoutes(t)
})
afterAll(() => t.close())

/** With an id that nothing has. */
function listRoutes({ app }: TestApp): Route[] {
  const ours = app.apiRoutes.filter(({ url, method }) => url.startsWith('/api/v1/') && method !== 'HEAD')
  return ours.map(({ method, url, config }) => ({
    method: String(method),
    url: url.replace(/:\w+/g, 'x_000000000000000000'),
    permission: config?.permission,
  }))
}

const body = (method: string) => (method === 'GET' || method === 'DELETE' ? undefined : {})

describe('every route', () => {
  it('is described', () => {
    expect(routes.length).toBeGreaterThan(8)
  })

  it('asks who is there, unless it is public', async () => {
    for (const { method, url, permission } of routes) {
      const answer = await t.anyone({ method, url, body: body(method) })
      if (permission) expect(answer.statusCode, `${method} ${url}`).toBe(401)
      else expect(answer.statusCode, `${method} ${url}`).not.toBe(401)
      if (permission) expect(answer.headers['content-type']).toContain('application/problem+json')
    }
  })

  it.each(roles)('refuses %s what the role does not give', async (role) => {
    const someone = await t.as(role)
    const held = new Set<string>([...permissionsOf[role], 'identity.self'])
    for (const { method, url, permission } of routes) {
      if (!permission || url.endsWith('/session')) continue
      const answer = await someone.inject({ method, url, body: body(method) })
      if (held.has(permission)) expect(answer.statusCode, `${method} ${url}`).not.toBe(403)
      else expect(answer.statusCode, `${method} ${url}`).toBe(403)
      expect(answer.statusCode, `${method} ${url}`).not.toBe(500)
    }
  })
})
