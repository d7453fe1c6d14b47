import { redirect } from '@sveltejs/kit'
import type { SetupStatus, SignInOptions } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { session } from '#lib/session.svelte.ts'
import { keptWanted, wanted } from '#lib/signin/wanted.ts'

export async function load({ url }) {
  const to = wanted(url.searchParams.get('to') ?? keptWanted())
  if (!session.asked) await session.load()
  if (session.isOpen) redirect(307, to)
  const [setup, options] = await Promise.all([
    api.get<SetupStatus>('/setup'),
    api.get<SignInOptions>('/sign-in'),
  ])
  if (setup.needed) redirect(307, '/setup')
  return { to, options, problem: url.searchParams.get('problem') }
}
