import type { Me } from '@zongheng/server/api.ts'
import { api, ApiProblem } from './api/client.ts'

class Session {
  me = $state.raw<Me | null>(null)
  /** Whether the server was asked who is signed in. */
  asked = false

  can(permission: string): boolean {
    return this.me?.permissions.includes(permission) ?? false
  }

  /** Who is signed in; null when nobody is. */
  async load(): Promise<Me | null> {
    try {
      this.me = await api.get<Me>('/session')
    } catch (problem) {
      if (!(problem instanceof ApiProblem && problem.status === 401)) throw problem
      this.me = null
    }
    this.asked = true
    return this.me
  }

  async signIn(username: string, password: string) {
    this.me = await api.post<Me>('/session', { username, password })
  }

  async signOut() {
    await api.del('/session')
    this.me = null
  }
}
export const session = new Session()
