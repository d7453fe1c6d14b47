import type { Audience } from './ticket-page.svelte.ts'

export interface Draft {
  text: string
  audience: Audience
}

/** What was begun on each ticket and not yet sent, while the console is open. */
export const drafts = new Map<string, Draft>()
