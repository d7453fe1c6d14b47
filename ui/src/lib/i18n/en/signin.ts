import type { Translation } from '../dictionary.ts'
import type zh from '../zh/signin.ts'

export default {
  title: 'Sign in',
  account: 'Account',
  password: 'Password',
  missing: 'Enter account and password',
  footer:
    'Sign-ins and actions are recorded. After several failures in a row each further try has to wait longer.',
  working: 'Signing in',
  or: 'or',
  directory: 'With an account of this system, or of your directory',
  wait: 'Too many attempts, try again in {time}',

  second: 'Second factor',
  code: 'Code, 6 digits',
  codeText: 'Enter the digits that your authenticator app shows now',
  recovery: 'Recovery code',
  recoveryText: 'Each recovery code works once',
  useCode: 'Use a code of the app',
  useRecovery: 'No phone at hand? Use a recovery code',
  restart: 'Another account',

  change: 'Set a new password',
  changeText: 'This password was given by someone else, or has expired. Change it to go on.',
  changeAndOn: 'Change and go on',

  enrol: 'Enable the second factor',
  enrolText: 'Policy asks a code besides the password of your role. Enable it to go on.',

  'problem.wrong-credentials': 'Account or password is wrong',
  'problem.wrong-code': 'The code is wrong, or was used before',
  'problem.unauthenticated': 'That took too long, sign in again',
  'problem.account-locked': 'The account is locked for a while after several failures',
  'problem.account-disabled': 'The account is disabled, ask the system administrator',
  'problem.too-many-requests': 'Too many attempts, try again later',
  'problem.sign-in-expired': 'This sign-in took too long, try again',
  'problem.sign-in-refused': 'The provider did not confirm who you are',
  'problem.signed-in-elsewhere': 'There is an account of that name: sign in the way it always did',
  'problem.username-unusable': 'The user name that the provider gives cannot be an account here',
  'problem.unavailable': 'The identity provider cannot be reached at the moment',
  'problem.internal': 'The server failed, try again later',
  'problem.sign-in-denied': 'The other side did not agree to this sign-in',
  'problem.directory-away':
    'The identity provider cannot be reached at the moment; accounts kept here are not affected',
  'problem.username-taken': 'Another account has this name already; ask the system administrator',
  'problem.roles-exclude': 'Your groups give roles that exclude one another; ask the security officer',
  'problem.not-found': 'This way to sign in is switched off',
  'problem.other': 'The sign-in failed ({code})',
} satisfies Translation<typeof zh>
