import { api, ApiProblem } from '../api/client.ts'
import { complaint } from '../account/complaint.ts'
import { t, tOr } from '../i18n/index.svelte.ts'
import { session } from '../session.svelte.ts'
import { clock, span } from '../time.svelte.ts'

/** One sign-in, from the password to the open session. The server decides what is asked next. */
export class SignIn {
  username = $state('')
  password = $state('')
  working = $state(false)
  #problem = $state.raw<unknown>(null)
  /** No try is heard before this instant. */
  #heardAt = $state(0)

  step = $derived(session.stage ?? 'start')
  waits = $derived(this.#heardAt > clock.now)
  complaint = $derived.by(() => {
    if (this.waits) return t('signin.wait', { time: span(this.#heardAt - clock.now + 999) })
    if (this.#problem === null) return null
    if (typeof this.#problem === 'string') return this.#problem
    return wordsOf(this.#problem)
  })

  /** `code`: of a sign-in elsewhere that came back with a refusal. */
  constructor(code: string | null) {
    if (code) this.#problem = tOr(`signin.problem.${code}`, t('signin.problem.other', { code }))
  }

  async start() {
    if (!this.username.trim() || !this.password) return void (this.#problem = t('signin.missing'))
    await this.#try(() => session.signIn(this.username.trim(), this.password))
    if (this.#problem !== null || this.waits) this.password = ''
  }

  confirm = (code: string) => this.#try(() => session.confirm(code))

  /** `current` is asked for only where this page no longer knows it. */
  change = (next: string, current = this.password) =>
    this.#try(async () => {
      await api.put('/me/password', { current, next })
      this.password = next
      await session.load()
    })

  /** From the start, as someone else perhaps. */
  async restart() {
    this.password = ''
    await this.#try(() => session.signOut())
  }

  async #try(act: () => Promise<unknown>) {
    this.working = true
    this.#problem = null
    try {
      await act()
    } catch (problem) {
      await this.#refused(problem)
    } finally {
      this.working = false
    }
  }

  async #refused(problem: unknown) {
    this.#problem = problem
    if (!(problem instanceof ApiProblem)) return
    if (problem.retryAfterS !== null) {
      this.#heardAt = Date.now() + problem.retryAfterS * 1000
      this.#problem = null // once that is over, nothing is wrong
    }
    // A stage that took too long, or too many codes: the server has forgotten the password.
    if (problem.code === 'unauthenticated') session.me = null
  }
}

function wordsOf(problem: unknown): string {
  const isWhole = problem instanceof ApiProblem && problem.errors.length === 0 && problem.detail === null
  return isWhole ? tOr(`signin.problem.${problem.code}`, complaint(problem)) : complaint(problem)
}
