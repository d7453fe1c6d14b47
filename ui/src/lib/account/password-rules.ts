import type { PasswordRules } from '@zongheng/server/api.ts'

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u]
/** In octets of UTF-8, as the server counts: a Chinese name is short in characters only. */
const shortestName = 3

export interface Rule {
  name: 'length' | 'kinds' | 'person' | 'repeat'
  n: number
  met: boolean
}

/** How far a password meets what can be judged here; the server knows more (earlier ones, common ones). */
export function judge(
  rules: PasswordRules,
  password: string,
  repeat: string,
  person: readonly string[],
): Rule[] {
  const lower = password.toLowerCase()
  const names = person
    .flatMap((name) => [name, ...name.split(/\s+/)])
    .filter((name) => new TextEncoder().encode(name).length >= shortestName)
    .map((name) => name.toLowerCase())
  const used = kinds.filter((kind) => kind.test(password)).length
  const typed = password !== ''
  return [
    { name: 'length', n: rules.minLength, met: [...password].length >= rules.minLength },
    { name: 'kinds', n: rules.minKinds, met: used >= rules.minKinds },
    { name: 'person', n: 0, met: typed && !names.some((name) => lower.includes(name)) },
    { name: 'repeat', n: 0, met: typed && repeat === password },
  ]
}
