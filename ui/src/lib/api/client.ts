import { language } from '../i18n/index.svelte.ts'
import { ApiProblem, problemOf } from './problem.ts'

export { ApiProblem }

export type Query = Record<string, string | number | boolean | null | undefined | (string | number)[]>

interface Page<T> {
  items: T[]
  next: string | null
}

const base = '/api/v1'
let signedOut: () => void = () => undefined

/** What to do when the server no longer knows the session. */
export function onSignedOut(handler: () => void) {
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

async function ask(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const form = body instanceof FormData
  const response = await fetch(url, {
    method,
    signal,
    headers: {
      'accept-language': language.tag,
      ...(body !== undefined && !form && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem({ status: 0, code: 'network', title: 'network' }, { cause })
  })
  if (!response.ok) {
    // A refused sign-in is an answer, not the end of a session.
    if (response.status === 401 && !url.endsWith('/session')) signedOut()
    throw await problemOf(response)
  }
  return response
}

async function send<T>(...request: Parameters<typeof ask>): Promise<T> {
  const response = await ask(...request)
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    send<T>('GET', address(path, query), undefined, signal),
  post: <T>(path: string, body?: unknown) => send<T>('POST', address(path), body),
  put: <T>(path: string, body?: unknown) => send<T>('PUT', address(path), body),
  patch: <T>(path: string, body?: unknown) => send<T>('PATCH', address(path), body),
  del: <T = void>(path: string) => send<T>('DELETE', address(path)),
  /** Multipart: one file under `file`. */
  upload<T>(path: string, file: File) {
    const form = new FormData()
    form.append('file', file)
    return send<T>('POST', address(path), form)
  },
  /** A file the server makes, in the language in force. */
  download: async (path: string) => (await ask('GET', address(path))).blob(),
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
