import type { ArticleHits, FilledAnswer } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import type { Insert } from './slash.ts'

/** The ready answers of a ticket, filled for it; the text of what they say is what is sent. */
export async function cannedFor(ticketId: string): Promise<Insert[]> {
  const { items } = await api.get<{ items: FilledAnswer[] }>(`/tickets/${ticketId}/canned-answers`)
  return items.map(({ id, title, body, shortcut }) => ({
    id,
    kind: 'canned',
    title,
    hint: shortcut ? `/${shortcut}` : '',
    text: body,
  }))
}

/** Published articles that may answer `text`. */
export async function articlesFor(text: string, signal?: AbortSignal): Promise<Insert[]> {
  const query = { text: text.slice(0, 400), limit: 5 }
  const { items } = await api.get<ArticleHits>('/knowledge/suggestions', query, signal)
  return items.map(({ id, number, title }) => {
    const name = title.map((piece) => piece.text).join('')
    const text = `《${name}》${location.origin}/knowledge/${id}`
    return { id, kind: 'article', title: name, hint: number, text }
  })
}
