import type { ArticleCategory } from '@zongheng/server/api.ts'

/** In the order of the page. */
export const categories: readonly ArticleCategory[] = [
  'line',
  'network',
  'power',
  'software',
  'office',
  'security',
  'plan',
  'regulation',
]
