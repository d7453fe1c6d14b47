import { api } from './api/client.ts'
import { session } from './session.svelte.ts'

/** Borrows somebody's eyes, read-only. The console starts anew: nothing of one's own stays on screen or on the live connection. */
export async function viewAs(userId: string, reason: string) {
  await api.post('/session/view-as', { userId, reason })
  location.assign('/')
}

/** Back to one's own, where it began. */
export async function endViewAs() {
  const seen = session.me?.viewingAs
  await api.del('/session/view-as')
  location.assign(seen ? `/users/${seen.id}` : '/')
}
