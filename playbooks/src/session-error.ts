/** Why a session or one of its commands failed. */
export type SessionErrorCode =
  | 'unreachable' // no answer, no route
  | 'refused' // the port is closed
  | 'authentication' // user, password or key not accepted
  | 'bad-key' // the private key cannot be read
  | 'host-key' // not the device that was known
  | 'handshake' // no common algorithm, or not SSH at all
  | 'no-prompt' // signed in, but no known prompt appeared
  | 'timeout' // a command did not end in time
  | 'output-limit' // a command said more than is kept
  | 'rejected' // the device does not take the command
  | 'unexpected' // the output is not what the step expects
  | 'disconnected' // the device hung up
  | 'aborted' // cancelled by a person
  | 'internal' // a fault of ours

/** `output`: what the device had said until then. */
export class SessionError extends Error {
  readonly code: SessionErrorCode
  readonly output: string

  constructor(code: SessionErrorCode, message: string, options: ErrorOptions & { output?: string } = {}) {
    super(message, options)
    this.name = 'SessionError'
    this.code = code
    this.output = options.output ?? ''
  }
}

export function toSessionError(error: unknown): SessionError {
  if (error instanceof SessionError) return error
  return new SessionError('internal', error instanceof Error ? error.message : String(error), {
    cause: error,
  })
}
