import type { TestApp } from '../../testing.ts'
import { hashPassword } from '../passwords/password.ts'
import type { Role } from '../roles.ts'

type Inject = TestApp['anyone']
type Answer = Awaited<ReturnType<Inject>>

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Like no rule refuses it. */
export const goodPassword = 'correct Horse 7'

/** A browser: it keeps the cookie that it was given last. */
export interface Browser {
  inject: Inject
  cookie: () => string
  signIn: (username: string, password?: string) => Promise<Answer>
}

export function browser(t: TestApp, headers: Record<string, string> = {}): Browser {
  let cookie = ''
  const inject: Inject = async (request) => {
    const answer = await t.anyone({
      ...request,
      headers: { ...(cookie ? { cookie } : {}), ...headers, ...request.headers },
    })
    const [set] = [answer.headers['set-cookie']].flat()
    if (set !== undefined) cookie = String(set).split(';')[0]!
    return answer
  }
  return {
    inject,
    cookie: () => cookie,
    signIn: (username, password = goodPassword) =>
      inject({ method: 'POST', url: '/session', body: { username, password } }),
  }
}

/** Someone with these roles at the region of this code. */
export async function newPerson(
  t: TestApp,
  username: string,
  roles: Role[] = ['requester'],
  regionCode = '130123',
): Promise<string> {
  const regionId = t.regions.get(regionCode)!
  return t.services.identity.createUser({
    username,
    displayName: `${username} 某`,
    passwordHash: await hashPassword(goodPassword),
    regionId,
    grants: roles.map((role) => ({ role, regionId })),
  })
}

/** Actions of the trail, oldest first, with what became of what. */
export async function trail(t: TestApp, prefix = 'identity.') {
  await t.services.signInFailures.settled()
  const rows = await t.context.db.selectFrom('audit_records').selectAll().orderBy('seq').execute()
  return rows.filter((row) => row.action.startsWith(prefix))
}
