import { tOr } from '../i18n/index.svelte.ts'
import { categories } from '../portal/progress.ts'

/** What people call a category: the portal's by the language's own words, any other by itself. */
export const categoryText = (category: string): string => tOr(`portal.category.${category}`, category)

/** The category that is called so. */
export const categoryOf = (text: string): string =>
  categories.find(([id]) => categoryText(id) === text.trim())?.[0] ?? text.trim()

export const categoryTexts = (): string[] => categories.map(([id]) => categoryText(id))
