/** What may be done with an article, by its state and whoever looks. Pure. */
import type { ArticleDetail } from './schema.ts'
import type { ArticleRow, VersionRow } from './store.ts'

export type Act = ArticleDetail['may'][number]

/** What each act asks for. */
export const needs: Record<Act, 'knowledge.write' | 'knowledge.publish'> = {
  edit: 'knowledge.write',
  submit: 'knowledge.write',
  publish: 'knowledge.publish',
  reject: 'knowledge.publish',
  renew: 'knowledge.publish',
  retire: 'knowledge.publish',
}

export function actsOn(
  row: ArticleRow,
  pending: VersionRow | undefined,
  userId: string,
  mayWrite: boolean,
  mayPublish: boolean,
): Act[] {
  const isReviewed = mayPublish && pending?.state === 'review'
  return [
    ...(mayWrite ? ['edit' as const] : []),
    ...(mayWrite && pending?.state === 'draft' ? ['submit' as const] : []),
    ...(isReviewed && pending.author_id !== userId ? ['publish' as const] : []),
    ...(isReviewed ? ['reject' as const] : []),
    ...(mayPublish && row.state === 'published' ? (['renew', 'retire'] as const) : []),
  ]
}

/** The version that is written or reviewed. */
export const pendingOf = (versions: readonly VersionRow[]) =>
  versions.find(({ state }) => state === 'draft' || state === 'review')
