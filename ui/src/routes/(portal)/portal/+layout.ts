import { redirect } from '@sveltejs/kit'
import { live } from '#lib/live.svelte.ts'
import { session } from '#lib/session.svelte.ts'

/** Whoever reports is somebody; the address wanted is kept for after the sign-in. */
export async function load({ url }) {
  if (!session.me) await session.load()
  if (!session.isOpen) redirect(307, `/signin?to=${encodeURIComponent(url.pathname + url.search)}`)
  if (live.state === 'closed') live.open(() => session.load())
}
