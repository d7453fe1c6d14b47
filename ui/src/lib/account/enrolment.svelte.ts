import type { RecoveryCodes, TotpOffer } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { complaint } from './complaint.ts'

/** Taking an authenticator into use: password, its secret, a code that proves it, then the recovery codes. */
export class Enrolment {
  offer = $state.raw<TotpOffer | null>(null)
  codes = $state.raw<readonly string[] | null>(null)
  code = $state('')
  working = $state(false)
  problem = $state<string | null>(null)

  begin = (password: string) =>
    this.#try(async () => {
      this.offer = await api.post<TotpOffer>('/me/totp', { password })
    })

  confirm = () =>
    this.#try(async () => {
      if (this.code.length < 6) return
      try {
        const made = await api.post<RecoveryCodes>('/me/totp/confirm', { code: this.code })
        this.codes = made.recoveryCodes
      } finally {
        this.code = ''
      }
    })

  async #try(act: () => Promise<void>) {
    if (this.working) return
    this.working = true
    this.problem = null
    try {
      await act()
    } catch (problem) {
      this.problem = complaint(problem)
    } finally {
      this.working = false
    }
  }
}
