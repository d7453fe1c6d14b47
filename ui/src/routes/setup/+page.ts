import { redirect } from '@sveltejs/kit'
import type { SetupStatus } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { scope } from '#lib/scope.svelte.ts'
import { session } from '#lib/session.svelte.ts'

/** First run, or the way for a network administrator to bring in devices. */
export async function load() {
  const status = await api.get<SetupStatus>('/setup')
  if (status.needed) return status
  if (!(session.me ?? (await session.load()))) redirect(307, '/signin?to=%2Fsetup')
  if (!session.can('estate.write')) redirect(307, '/')
  if (scope.regions.length === 0) await scope.load()
  return status
}
