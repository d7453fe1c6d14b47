import { hasKey, languageTag, render, type Params } from './render.ts'
import { learn, type Key, type Locale } from './dictionary.ts'

export { learn }
export type { Key, Locale }

const stored = (): Locale =>
  typeof localStorage !== 'undefined' && localStorage.getItem('locale') === 'en' ? 'en' : 'zh'

class Language {
  locale = $state<Locale>(stored())
  tag = $derived(languageTag(this.locale))

  async use(locale: Locale) {
    await learn(locale)
    this.locale = locale
    localStorage.setItem('locale', locale)
    document.documentElement.lang = languageTag(locale)
  }
}
export const language = new Language()

/** The words for `key`, in the language in force; read in a template it follows the switch. */
export const t = (key: Key, params?: Params) => render(language.locale, key, params)

/** A list in one line, as the language in force parts its items. */
export const joined = (items: readonly string[]) => items.join(language.locale === 'zh' ? '、' : ', ')

/** For keys built from what the server says: the fallback when it says something new. */
export const tOr = (key: string, fallback: string, params?: Params) =>
  hasKey(key) ? render(language.locale, key, params) : fallback
