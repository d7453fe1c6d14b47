import type { HandleClientError } from '@sveltejs/kit/hooks'
import { ApiProblem } from '#lib/api/client.ts'
import { problemText } from '#lib/components/Problem.svelte'
import { t } from '#lib/i18n/index.svelte.ts'

/** What kept a page from opening, in the reader's words. What nobody foresaw is reported as if it had not been caught. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (error instanceof ApiProblem) return { message: problemText(error) }
  if (kind === 'framework') return { message: t('pageMissing') }
  reportError(error)
  return { message: t('pageBroken') }
}
