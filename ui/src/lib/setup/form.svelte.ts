import type { PasswordRules, Setup } from '@zongheng/server/api.ts'
import { faultWords } from '../account/complaint.ts'
import { judge } from '../account/password-rules.ts'
import { api, ApiProblem } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { t } from '../i18n/index.svelte.ts'
import { leastLength } from './strength.ts'

/** Until the security officer decides otherwise. */
export const firstRules: PasswordRules = { minLength: leastLength, minKinds: 3, history: 0, maxAgeDays: 0 }

export const accountNames = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'networkAdmin'] as const
export type AccountName = (typeof accountNames)[number]

const usernameRule = /^[a-z0-9._-]{2,64}$/

export class Account {
  readonly name: AccountName
  username = $state('')
  displayName = $state('')
  password = $state('')
  repeat = $state('')

  constructor(name: AccountName, username: string) {
    this.name = name
    this.username = username
  }
}

/** The first-run form: complaints are shown once its fields were left or it was sent. */
export class SetupForm {
  provinceCode = $state('')
  organisation = $state('')
  setupCode = $state('')
  accounts = [
    new Account('systemAdmin', 'sysadmin'),
    new Account('securityAdmin', 'secadmin'),
    new Account('auditAdmin', 'auditor'),
    new Account('networkAdmin', 'netadmin'),
  ]
  tried = $state(false)
  working = $state(false)
  problem = $state.raw<unknown>(null)

  /** What is wrong at `path` (`provinceCode`, `systemAdmin/password`), in words; null when nothing is. */
  complaint(path: string): string | null {
    const own = this.#own(path)
    if (own) return own
    if (!(this.problem instanceof ApiProblem)) return null
    if (path === 'setupCode' && this.problem.code === 'setup-code') return this.problem.title
    const fault = this.problem.errors.find((error) => error.path === `/${path}`)
    return fault ? faultWords(fault) : null
  }

  #own(path: string): string | null {
    const [head, field] = path.split('/')
    const account = this.accounts.find((a) => a.name === head)
    if (account) return this.#accountComplaint(account, field ?? '')
    const value = {
      provinceCode: this.provinceCode,
      organisation: this.organisation,
      setupCode: this.setupCode,
    }[head ?? '']
    return value?.trim() === '' ? t('setup.required') : null
  }

  #accountComplaint(account: Account, field: string): string | null {
    switch (field) {
      case 'username': {
        if (!usernameRule.test(account.username)) return t('setup.usernameRule')
        const twins = this.accounts.filter((other) => other.username === account.username)
        return twins.length > 1 ? t('setup.doubled') : null
      }
      case 'displayName':
        return account.displayName.trim() ? null : t('setup.required')
      case 'password': {
        const { password, username, displayName } = account
        const unmet = judge(firstRules, password, password, [username, displayName]).find(({ met }) => !met)
        return unmet ? t(`account.rule.${unmet.name}`, { n: unmet.n }) : null
      }
      case 'repeat':
        return account.repeat === account.password ? null : t('setup.mismatch')
      default:
        return null
    }
  }

  get complete(): boolean {
    const paths = accountNames.flatMap((name) =>
      ['username', 'displayName', 'password', 'repeat'].map((f) => `${name}/${f}`),
    )
    return ['provinceCode', 'organisation', 'setupCode', ...paths].every((path) => this.#own(path) === null)
  }

  get problemWords(): string | null {
    return this.problem ? problemText(this.problem) : null
  }

  /** Founds the installation; true when it is done. */
  async send(): Promise<boolean> {
    this.tried = true
    this.problem = null
    if (!this.complete) return false
    this.working = true
    try {
      await api.post('/setup', this.#body())
      return true
    } catch (problem) {
      this.problem = problem
      return false
    } finally {
      this.working = false
    }
  }

  #body(): Setup {
    const account = (name: AccountName) => {
      const { username, displayName, password } = this.accounts.find((a) => a.name === name)!
      return { username, displayName: displayName.trim(), password }
    }
    return {
      setupCode: this.setupCode.trim(),
      provinceCode: this.provinceCode,
      organisation: this.organisation.trim(),
      systemAdmin: account('systemAdmin'),
      securityAdmin: account('securityAdmin'),
      auditAdmin: account('auditAdmin'),
      networkAdmin: account('networkAdmin'),
    }
  }
}
