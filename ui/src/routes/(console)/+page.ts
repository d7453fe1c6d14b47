import { redirect } from '@sveltejs/kit'
import { landing } from '#lib/modules.ts'
import { session } from '#lib/session.svelte.ts'

/** Whoever may not see the overview starts with what they may. */
export async function load({ parent, url }) {
  await parent()
  if (session.can('estate.read')) return
  const path = landing((permission) => session.can(permission))
  if (path !== null) redirect(307, path + url.search)
}
