import { nothingCalled, type Text } from './problem-messages.ts'

/** What is wrong at one place of the request; `path` is a JSON pointer, `code` a JSON Schema keyword or our own word. */
export interface FieldError {
  path: string
  code: string
  message: string
}

/** An expected failure, told to the client as problem+json [RFC 9457]. Its title comes from the catalogue by `code`. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: Text | undefined
  readonly errors: FieldError[] | undefined

  constructor(status: number, code: string, detail?: Text, errors?: FieldError[]) {
    super(`${code}${detail ? `: ${typeof detail === 'string' ? detail : detail.en}` : ''}`)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.detail = detail
    this.errors = errors
  }
}

/** 429: the same may be asked again after `waitMs`, which `Retry-After` says in seconds [RFC 9110, 10.2.3]. */
export class TooSoon extends ProblemError {
  readonly retryAfterS: number

  constructor(code: 'too-many-requests' | 'account-locked', waitMs: number, detail?: Text) {
    super(429, code, detail)
    this.retryAfterS = Math.ceil(waitMs / 1000)
  }
}

/** 404, also for what exists outside the reader's scope. `what` is the thing's name in the API: `device`, `ticket`. */
export const notFound = (what: string) => new ProblemError(404, 'not-found', nothingCalled(what))

/** 409: right in itself, but not as things stand. */
export const conflict = (code: string, detail?: Text) => new ProblemError(409, code, detail)

/** 400: the request's own form is wrong, at these places. */
export const invalid = (errors: FieldError[], detail?: Text) =>
  new ProblemError(400, 'invalid', detail, errors)

/** 422: well-formed and understood, but it cannot be done. */
export const unprocessable = (code: string, detail?: Text, errors?: FieldError[]) =>
  new ProblemError(422, code, detail, errors)

export const forbidden = (detail?: Text) => new ProblemError(403, 'forbidden', detail)
export const unauthenticated = () => new ProblemError(401, 'unauthenticated')
