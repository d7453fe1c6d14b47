import { language } from '../i18n/index.svelte.ts'
import { ApiProblem, endsSession, problemOf } from './problem.ts'

export { ApiProblem }

export type Query = Record<string, string | number | boolean | null | undefined | (string | number)[]>

interface Page<T> {
  items: T[]
  next: string | null
}

const base = '/api/v1'
let signedOut: (() => void) | null = null

/** What to do when the server no longer answers the session. */
export function onSignedOut(handler: typeof signedOut) {
  signedOut = handler
}

/** `path` with `query`; null, undefined and empty values are left out, arrays repeat the name. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one))
    }
  }
  const text = search.toString()
  return base + path + (text ? `?${text}` : '')
}

interface Options {
  signal?: AbortSignal
  /** Why, in the words of whoever does it: goes to the audit trail. */
  reason?: string
}

async function ask(method: string, url: string, body?: unknown, options: Options = {}): Promise<Response> {
  const form = body instanceof FormData
  const { signal, reason } = options
  const response = await fetch(url, {
    method,
    signal,
    headers: {
      'accept-language': language.tag,
      ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      ...(reason && { 'x-reason': encodeURIComponent(reason) }),
    },
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem({ status: 0, code: 'network', title: 'network' }, { cause })
  })
  if (!response.ok) {
    const problem = await problemOf(response)
    // A refused password or code is an answer, not the end of a session.
    if (endsSession.has(problem.code) && !url.endsWith('/session')) signedOut?.()
    throw problem
  }
  return response
}

async function send<T>(...request: Parameters<typeof ask>): Promise<T> {
  const response = await ask(...request)
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    send<T>('GET', address(path, query), undefined, { signal }),
  post: <T>(path: string, body?: unknown, options?: Options) => send<T>('POST', address(path), body, options),
  put: <T>(path: string, body?: unknown, options?: Options) => send<T>('PUT', address(path), body, options),
  patch: <T>(path: string, body?: unknown, options?: Options) =>
    send<T>('PATCH', address(path), body, options),
  del: <T = void>(path: string, options?: Options) => send<T>('DELETE', address(path), undefined, options),
  /** Multipart: one file under `file`. */
  upload<T>(path: string, file: File) {
    const form = new FormData()
    form.append('file', file)
    return send<T>('POST', address(path), form)
  },
  /** A file the server makes, in the language in force. */
  download: async (path: string, query?: Query) => (await ask('GET', address(path, query))).blob(),
  /** Every item of a list, following its cursors; `limit` at most 200 a page. */
  async all<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T[]> {
    const items: T[] = []
    let cursor: string | null = null
    do {
      const page: Page<T> = await api.get<Page<T>>(path, { limit: 200, ...query, cursor }, signal)
      items.push(...page.items)
      cursor = page.next
    } while (cursor)
    return items
  },
}
