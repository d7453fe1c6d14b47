import type { Translation } from '../dictionary.ts'
import type zh from '../zh/signin.ts'

export default {
  title: 'Sign in',
  account: 'Account',
  password: 'Password',
  wrong: 'Account or password is wrong',
  missing: 'Enter account and password',
  footer: 'Sign-ins and actions are recorded. After 5 failures in a row each further try has to wait longer.',
  working: 'Signing in',
} satisfies Translation<typeof zh>
