import type { CliLanguage } from '../cli/language.ts'

export type Level = 'ok' | 'warn' | 'error'
export type Text = Record<CliLanguage, string>

/** What one look showed. */
export interface Sight {
  level: Level
  finding: Text
  /** What to do; null: nothing. */
  remedy: Text | null
}

/** A sight, and the check it came from. */
export type Finding = Sight & { check: string }

const text = (zh: string, en: string): Text => ({ zh, en })

export const ok = (zh: string, en: string): Sight => ({ level: 'ok', finding: text(zh, en), remedy: null })

type Words = [zh: string, en: string]
export const warn = (finding: Words, remedy: Words): Sight => ({
  level: 'warn',
  finding: text(...finding),
  remedy: text(...remedy),
})
export const error = (finding: Words, remedy: Words): Sight => ({
  ...warn(finding, remedy),
  level: 'error',
})
