import { ProblemError } from '../../http/problem.ts'

/** A directory or provider that does not answer, or not as it should: no one's failure to sign in. */
export class DirectoryAway extends ProblemError {
  constructor(cause: unknown) {
    super(503, 'directory-away')
    this.cause = cause
  }

  /** Our own problems stay what they are. */
  static from(cause: unknown): ProblemError {
    return cause instanceof ProblemError ? cause : new DirectoryAway(cause)
  }

  /** The library's own words, for whoever runs it. */
  static reason(error: unknown): string {
    const cause = error instanceof DirectoryAway ? error.cause : error
    return (cause instanceof Error ? cause.message : String(cause)).slice(0, 300)
  }
}
