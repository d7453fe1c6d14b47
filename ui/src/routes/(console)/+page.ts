import { redirect } from '@sveltejs/kit'
import { landing } from '#lib/modules.ts'
import { session } from '#lib/session.svelte.ts'

/** Whoever may not see the overview starts with what they may; reporters on the portal. */
export async function load({ parent, url }) {
  await parent()
  const path = landing((permission) => session.can(permission))
  if (path !== null && path !== '/') redirect(307, path + url.search)
}
