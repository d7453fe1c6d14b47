import { redirect } from '@sveltejs/kit'
import type { SetupStatus } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { session } from '#lib/session.svelte.ts'

/** Where to go after the sign-in: a page of ours, never another site. */
function wanted(to: string | null): string {
  const safe =
    to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') && !to.startsWith('/signin')
  return safe ? to! : '/'
}

export async function load({ url }) {
  const to = wanted(url.searchParams.get('to'))
  if (!session.asked) await session.load()
  if (session.me) redirect(307, to)
  const setup = await api.get<SetupStatus>('/setup')
  if (setup.needed) redirect(307, '/setup')
  return { to }
}
