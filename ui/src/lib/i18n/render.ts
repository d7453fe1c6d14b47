import { dictionaries, type Key, type Locale, type Message } from './dictionary.ts'

export type Params = Record<string, string | number | null>

const tags: Record<Locale, string> = { zh: 'zh-CN', en: 'en-GB' }
export const languageTag = (locale: Locale) => tags[locale]

const plurals = { zh: new Intl.PluralRules('zh-CN'), en: new Intl.PluralRules('en-GB') }
const numbers = { zh: new Intl.NumberFormat('zh-CN'), en: new Intl.NumberFormat('en-GB') }

function chosen(locale: Locale, message: Message, params: Params): string {
  if (typeof message === 'string') return message
  return plurals[locale].select(Number(params.n)) === 'one' ? message.one : message.other
}

/** The words of `key` in `locale`, `{name}` filled in; numbers as the language writes them. */
export function render(locale: Locale, key: Key, params: Params = {}): string {
  const message = dictionaries[locale].get(key)
  if (message === undefined) return key
  return chosen(locale, message, params).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    return typeof value === 'number' ? numbers[locale].format(value) : (value ?? '')
  })
}

export const hasKey = (key: string): key is Key => dictionaries.zh.has(key)
