import { Failure } from './failure.ts'
import { cliLanguage } from './language.ts'

/** The server's API as a signed-in user of the command line. Problems become failures with their text. */
export class ApiClient {
  readonly origin: string
  /** Its session, for what is no request. */
  readonly cookie: string

  private constructor(origin: string, cookie: string) {
    this.origin = origin
    this.cookie = cookie
  }

  static async signIn(url: string, username: string, password: string): Promise<ApiClient> {
    const origin = new URL(url).origin
    const answer = await request(origin, 'POST', '/session', '', { username, password })
    const cookie = answer.headers
      .getSetCookie()
      .map((c) => c.split(';')[0])
      .join('; ')
    return new ApiClient(origin, cookie)
  }

  async get<T>(path: string): Promise<T> {
    return (await (await request(this.origin, 'GET', path, this.cookie)).json()) as T
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return (await (await request(this.origin, 'POST', path, this.cookie, body)).json()) as T
  }

  async delete(path: string): Promise<void> {
    await request(this.origin, 'DELETE', path, this.cookie)
  }

  /** All pages of a list. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = []
    const glue = path.includes('?') ? '&' : '?'
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: T[]; next: string | null } = await this.get(
        `${path}${glue}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      items.push(...page.items)
      cursor = page.next
    }
    return items
  }
}

async function request(
  origin: string,
  method: string,
  path: string,
  cookie: string,
  body?: unknown,
): Promise<Response> {
  const headers = {
    cookie,
    'accept-language': cliLanguage(),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const url = `${origin}/api/v1${path}`
  const answer = await fetch(url, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  }).catch((error: Error) => {
    throw new Failure(`${url}: ${(error.cause as Error | undefined)?.message ?? error.message}`)
  })
  if (answer.ok) return answer
  const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string }
  throw new Failure([`${answer.status}`, problem.title, problem.detail].filter(Boolean).join(' · '))
}
