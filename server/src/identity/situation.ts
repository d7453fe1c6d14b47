import { ProblemError } from '../http/problem.ts'
import type { Permission } from './roles.ts'
import type { OpenSession } from './sessions/sessions.ts'

/** Why someone who is known is not answered as usual. */
export type Situation = 'token' | 'totp' | 'password' | 'enrolment' | 'viewing'

const refusals: Record<Situation, string> = {
  token: 'session-required',
  totp: 'second-factor-required',
  password: 'password-change-required',
  enrolment: 'second-factor-required',
  viewing: 'view-as-reads-only',
}

export function situationOf({ token, stage, mustEnrolTotp, viewingAs }: OpenSession): Situation | null {
  if (token) return 'token'
  if (stage !== 'open') return stage
  if (mustEnrolTotp) return 'enrolment'
  return viewingAs ? 'viewing' : null
}

export interface Asked {
  method: string
  permission: Permission
  /** Situations in which the route answers; without it, a route of one's own answers in none, any other a token, and who views. */
  answers?: readonly Situation[] | undefined
}

/** Throws 403 when a route does not answer someone in this situation. */
export function refuseIn(situation: Situation, { method, permission, answers }: Asked): void {
  const isPersonal = permission === 'identity.self'
  const isLook = method === 'GET' || method === 'HEAD'
  const usually = !isPersonal && (situation === 'token' || (situation === 'viewing' && isLook))
  if (answers ? answers.includes(situation) : usually) return
  throw new ProblemError(403, refusals[situation])
}
