import type { ApiToken, MyAccount, MyAccountPatch, Session } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

/** One's own account: who one is, how one signs in, where one is signed in, what acts in one's name. */
export class Account {
  me = $state.raw<MyAccount | null>(null)
  sessions = $state.raw<Session[]>([])
  tokens = $state.raw<ApiToken[]>([])
  problem = $state.raw<unknown>(null)

  async load() {
    try {
      await Promise.all([this.loadMe(), this.loadSessions(), this.loadTokens()])
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async loadMe() {
    this.me = await api.get<MyAccount>('/me')
  }
  async loadSessions() {
    this.sessions = (await api.get<{ items: Session[] }>('/me/sessions')).items
  }
  async loadTokens() {
    this.tokens = (await api.get<{ items: ApiToken[] }>('/me/tokens')).items
  }

  async change(patch: MyAccountPatch) {
    this.me = await api.patch<MyAccount>('/me', patch)
  }
  /** One session, or all but this one. */
  async end(id?: string) {
    await api.del(id ? `/me/sessions/${id}` : '/me/sessions')
    await this.loadSessions()
  }
  async revoke(tokenId: string) {
    await api.del(`/me/tokens/${tokenId}`)
    await this.loadTokens()
  }
}
