import type { ApiToken, Session, UserDetail, UserPatch } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { t } from '#lib/i18n/index.svelte.ts'
import { isOfficer } from '#lib/roles.ts'
import { session } from '#lib/session.svelte.ts'
import { toasts } from '#lib/components/toasts.svelte.ts'

interface List<T> {
  items: T[]
}

/** One person: directory, account, grants; for the security officer also their sessions and tokens. */
export class UserPage {
  readonly id: string
  user = $state.raw<UserDetail | null>(null)
  sessions = $state.raw<Session[]>([])
  tokens = $state.raw<ApiToken[]>([])
  problem = $state.raw<unknown>(null)
  /** What the last action met. */
  refusal = $state.raw<unknown>(null)

  isMe = $derived.by(() => this.id === session.me?.user.id)
  /** Whether one looks after this account, or only has the directory. */
  isAccount = $derived.by(() => this.user !== null && this.user.state !== null)
  isOfficer = $derived.by(() => this.user?.roles.some(isOfficer) ?? false)
  /** Accounts are run by another than their owner. */
  runs = $derived.by(() => this.isAccount && !this.isMe && session.can('identity.write'))
  guards = $derived.by(() => this.isAccount && session.can('identity.policy'))

  constructor(id: string) {
    this.id = id
  }

  async load() {
    try {
      this.user = await api.get<UserDetail>(`/users/${this.id}`)
      if (this.guards) await this.loadSessions()
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async loadSessions() {
    const [sessions, tokens] = await Promise.all([
      api.get<List<Session>>(`/users/${this.id}/sessions`),
      api.get<List<ApiToken>>(`/users/${this.id}/tokens`),
    ])
    this.sessions = sessions.items
    this.tokens = tokens.items
  }

  /** Throws what the server refuses. */
  async save(patch: UserPatch) {
    this.user = await api.patch<UserDetail>(`/users/${this.id}`, patch)
    toasts.show(t('users.saved'))
  }

  /** The new password. */
  async resetPassword(reason: string): Promise<string> {
    const { password } = await api.post<{ password: string }>(`/users/${this.id}/password`, undefined, {
      reason,
    })
    await this.load()
    return password
  }

  async change(what: 'disable' | 'enable' | 'unlock', reason?: string) {
    await api.post(`/users/${this.id}/${what}`, undefined, { reason })
    await this.#done(
      t(
        `users.${({ disable: 'disabled', enable: 'enabled', unlock: 'unlocked' } as const)[what]}`,
        this.#named,
      ),
    )
  }

  async removeTotp(reason: string) {
    await api.del(`/users/${this.id}/totp`, { reason })
    await this.#done(t('users.totpRemoved', this.#named))
  }

  async takeGrant(grantId: string, reason: string) {
    await api.del(`/grants/${grantId}`, { reason })
    await this.#done(t('users.taken'))
  }

  /** All of them without an id. */
  async endSessions(id?: string) {
    await api.del(`/users/${this.id}/sessions${id ? `/${id}` : ''}`)
    await this.#done(t('account.ended'))
  }

  async revokeToken(id: string) {
    await api.del(`/users/${this.id}/tokens/${id}`)
    await this.#done(t('users.tokenRevoked'))
  }

  get #named() {
    return { name: this.user?.displayName ?? '' }
  }

  async #done(words: string) {
    toasts.show(words)
    await this.load()
  }
}
