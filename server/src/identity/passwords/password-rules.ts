import { randomInt } from 'node:crypto'
import type { PasswordRules } from '../policy/policy-schema.ts'

/** Whose password it is: their names must not be in it. */
export interface PasswordOwner {
  username: string
  displayName: string
}

export interface PasswordProblem {
  code: 'too-short' | 'too-few-kinds' | 'contains-name' | 'too-simple' | 'too-common'
  message: string
}

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u]
/** A shorter name is found by chance. */
const shortestName = 3
/** As many different characters at least, and no run longer than a third of the whole. */
const fewestCharacters = 5

/** What is wrong with a password; empty when it may be used. `minLength` counts characters, not octets. */
export function passwordProblems(
  rules: Pick<PasswordRules, 'minLength' | 'minKinds'>,
  password: string,
  owner: PasswordOwner,
): PasswordProblem[] {
  const length = [...password].length
  const found = kinds.filter((kind) => kind.test(password)).length
  const problems: [boolean, PasswordProblem][] = [
    [
      length < rules.minLength,
      { code: 'too-short', message: `must have at least ${rules.minLength} characters` },
    ],
    [
      found < rules.minKinds,
      {
        code: 'too-few-kinds',
        message: `must mix ${rules.minKinds} of: lower case, upper case, digits, others`,
      },
    ],
    [
      containsName(password, owner),
      { code: 'contains-name', message: 'must not contain the name of its owner' },
    ],
    [isTooSimple(password), { code: 'too-simple', message: 'must not be made of repetitions or sequences' }],
    [isCommon(password), { code: 'too-common', message: 'is among the first that an attacker tries' }],
  ]
  return problems.flatMap(([applies, problem]) => (applies ? [problem] : []))
}

function containsName(password: string, { username, displayName }: PasswordOwner): boolean {
  const text = password.toLowerCase()
  const names = [username, displayName, ...displayName.split(/\s+/)].map((name) => name.toLowerCase())
  return names.some((name) => octets(name) >= shortestName && text.includes(name))
}

/** A Chinese name is short in characters, not in what it says. */
const octets = (text: string) => Buffer.byteLength(text)

const keyboard = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm', '!@#$%^&*()']
const longestRun = 5

/** Few characters repeated (`abababab`), or mostly one run of the alphabet, the digits or the keyboard (`Abcdefgh1!`). */
function isTooSimple(password: string): boolean {
  const text = password.toLowerCase()
  if (new Set(text).size < fewestCharacters) return true
  if (/^(.{1,4})\1+$/su.test(text)) return true
  const run = longestSequence(text)
  return run > longestRun && run * 2 > text.length
}

function longestSequence(text: string): number {
  let longest = 1
  let current = 1
  for (let i = 1; i < text.length; i++) {
    current = follows(text[i - 1]!, text[i]!) ? current + 1 : 1
    longest = Math.max(longest, current)
  }
  return longest
}

function follows(a: string, b: string): boolean {
  const distance = b.charCodeAt(0) - a.charCodeAt(0)
  return Math.abs(distance) <= 1 || keyboard.some((row) => row.includes(a + b) || row.includes(b + a))
}

/** The stems of most leaked passwords here, and of this product; what is left after digits and signs were cut off at the ends. */
const commonStems = new Set(
  `password passwd p@ssword p@ssw0rd passw0rd admin administrator root user guest test default changeme
  welcome letmein login iloveyou woaini woaini1314 dragon monkey football qwerty qwertyuiop asdfghjkl
  zxcvbnm qazwsx qazwsxedc 1qaz2wsx abc abcd abcdef a1b2c3 huawei h3c cisco ruijie zte public private
  zongheng caizheng czt czj xinxi zhongxin mima china beijing hebei security system network manager
  server oracle mysql postgres`
    .split(/\s+/)
    .filter(Boolean),
)

function isCommon(password: string): boolean {
  const text = password.toLowerCase()
  const stem = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return commonStems.has(text) || commonStems.has(stem) || /^[\p{N}\p{P}\s]*$/u.test(text)
}

/** Without letters that look alike. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Twelve characters by chance, in three groups: 59 bits. */
export function randomWords(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `${group()}-${group()}-${group()}`
}

/** Of three kinds, to be read out over the telephone. */
export function newPassword(): string {
  for (;;) {
    const password = randomWords()
    if (/[a-z]/.test(password) && /[2-9]/.test(password)) return password
  }
}
