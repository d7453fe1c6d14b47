import { ApiProblem } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { t, tOr } from '../i18n/index.svelte.ts'

/** One fault in our words: the message carries the number that a rule asks for. */
export const faultWords = ({ code, message }: { code: string; message: string }) =>
  tOr(`account.problem.${code}`, message, { n: /\d+/.exec(message)?.[0] ?? '' })

/** Why the server refused something about an account: each fault in our words, or what it said of the whole. */
export function complaint(problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return problemText(problem)
  const faults = problem.errors.map(faultWords)
  if (faults.length > 0) return [...new Set(faults)].join(t('account.also'))
  // How long to wait, after what for.
  if (problem.status === 429 && problem.detail)
    return t('account.wait', { title: problem.title, wait: problem.detail })
  return problem.detail ?? tOr(`account.problem.${problem.code}`, problemText(problem))
}
