import { AsyncLocalStorage } from 'node:async_hooks'

/** Whoever changes something, as the trail names them. */
export interface Actor {
  kind: 'person' | 'token' | 'playbook' | 'collector' | 'command' | 'system'
  /** User, token, job or collector; null for the system itself. */
  id: string | null
  name: string
  /** Where it came from; null where there is no network between. */
  address: string | null
  /** Of the HTTP request that asked for it. */
  requestId: string | null
  /** Why, in the actor's own words. */
  reason: string | null
}

export const system: Actor = {
  kind: 'system',
  id: null,
  name: 'system',
  address: null,
  requestId: null,
  reason: null,
}

const acting = new AsyncLocalStorage<Actor>()

/** Everything `work` does, however deep, is done by this actor. */
export const actAs = <T>(actor: Actor, work: () => T): T => acting.run(actor, work)

export const currentActor = (): Actor => acting.getStore() ?? system
