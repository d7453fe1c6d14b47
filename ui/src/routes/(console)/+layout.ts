import { redirect } from '@sveltejs/kit'
import { invalidateAll } from '$app/navigation'
import { links } from '#lib/links.svelte.ts'
import { live } from '#lib/live.svelte.ts'
import { scope } from '#lib/scope.svelte.ts'
import { session } from '#lib/session.svelte.ts'
import { keptWanted, wanted } from '#lib/signin/wanted.ts'

/** Nobody sees the console unknown, or half signed in; the address wanted is kept for after the sign-in. */
export async function load({ url }) {
  if (!session.me) await session.load()
  if (!session.isOpen) {
    redirect(307, `/signin?to=${encodeURIComponent(url.pathname + url.search)}`)
  }
  const kept = url.pathname === '/' ? keptWanted() : null
  if (kept) redirect(307, wanted(kept))
  if (live.state !== 'closed') return
  live.open(refresh)
  await Promise.all([scope.load(), links.load()])
}

/** Roles and regions may be others since the connection broke; the sign-in may have a step more. */
async function refresh() {
  await session.load()
  if (session.isOpen) await scope.load()
  await invalidateAll()
}
