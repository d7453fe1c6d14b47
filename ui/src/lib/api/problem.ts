/** An answer the API refused or failed, as RFC 9457 tells it. `status` 0: the server was not reached. */
export interface ProblemBody {
  status: number
  code: string
  title: string
  detail?: string
  errors?: { path: string; code: string; message: string }[]
}

/** Codes of a session that is over, or has a step of the sign-in to do first. */
export const endsSession: ReadonlySet<string> = new Set(['unauthenticated', 'second-factor-required', 'password-change-required']) // prettier-ignore

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string | null
  readonly errors: NonNullable<ProblemBody['errors']>
  /** When the server will hear another try; null: it does not say. */
  readonly retryAfterS: number | null

  constructor(body: ProblemBody, options?: ErrorOptions & { retryAfterS?: number | null }) {
    super(body.detail ?? body.title, options)
    this.name = 'ApiProblem'
    this.status = body.status
    this.code = body.code
    this.title = body.title
    this.detail = body.detail ?? null
    this.errors = body.errors ?? []
    this.retryAfterS = options?.retryAfterS ?? null
  }

  /** The message for one field of a form, by its JSON pointer or name. */
  errorAt(path: string): string | null {
    return this.errors.find((e) => e.path === path || e.path === `/${path}`)?.message ?? null
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const fallback = { status: response.status, code: `http-${response.status}`, title: response.statusText }
  const body = await response.json().catch(() => ({}))
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return new ApiProblem({ ...fallback, ...body }, { retryAfterS: Number.isFinite(seconds) ? seconds : null })
}
