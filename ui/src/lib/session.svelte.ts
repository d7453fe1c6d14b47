import type { Me } from '@zongheng/server/api.ts'
import { api, ApiProblem } from './api/client.ts'

class Session {
  me = $state.raw<Me | null>(null)
  /** Whether the server was asked who is signed in. */
  asked = false

  /** What is still to be done before the console opens; null: nothing, or nobody is signed in. */
  get stage(): 'totp' | 'password' | 'enrol' | null {
    if (this.me?.stage === 'open') return this.me.mustEnrolTotp ? 'enrol' : null
    return this.me?.stage ?? null
  }
  /** Signed in to the end. */
  get isOpen(): boolean {
    return this.me !== null && this.stage === null
  }

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

  /** The server knows better who this is: it is asked again. */
  forget() {
    this.me = null
    this.asked = false
  }

  async signIn(username: string, password: string) {
    this.me = await api.post<Me>('/session', { username, password })
  }

  /** The second factor: six digits, or a recovery code. */
  async confirm(code: string) {
    this.me = await api.post<Me>('/session/totp', { code })
  }

  async signOut() {
    await api.del('/session')
    this.me = null
  }
}
export const session = new Session()
