import type { NewPortalReport } from '@zongheng/server/api.ts'

/** What was begun of a report, by category: a reload loses nothing. */
export interface Draft {
  key: string
  serviceId: string
  text: string
  /** Why the server did not take it. */
  problem?: string
}
const textAtMost = 4000
const placeOf = (category: string) => `zongheng.draft.${category}`

export function draftOf(category: string): Draft {
  const kept = localStorage.getItem(placeOf(category))
  return kept ? (JSON.parse(kept) as Draft) : { key: newKey(), serviceId: '', text: '' }
}
export const keepDraft = (category: string, draft: Draft) =>
  localStorage.setItem(placeOf(category), JSON.stringify(draft))
export const dropDraft = (category: string) => localStorage.removeItem(placeOf(category))

/** A report that was refused is a draft again; what was begun since stands below it. */
export function draftAgain({ key, category, serviceId, text = '' }: NewPortalReport, problem: string) {
  const since = draftOf(category)
  const both = [text, since.text].filter((one) => one.trim() !== '').join('\n')
  keepDraft(category, {
    key,
    serviceId: serviceId ?? since.serviceId,
    text: both.slice(0, textAtMost),
    problem,
  })
}

/** Random; also where the page is not served over TLS, and `randomUUID` is missing. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
