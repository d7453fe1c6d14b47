import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db/database.ts'
import type { EventBus } from './events.ts'
import { IdentityService } from './identity/service.ts'
import type { Log } from './log.ts'
import type { SecretBox } from './secret-box.ts'
import { SetupService } from './setup/service.ts'

/** What every module may need. */
export interface Context {
  config: Config
  db: Db
  log: Log
  bus: EventBus
  clock: Clock
  secrets: SecretBox
}

export type Services = ReturnType<typeof createServices>

/** The one place where modules are handed what they need of one another. Nothing runs yet. */
export function createServices(context: Context) {
  const { db, bus, clock, secrets } = context
  const identity = new IdentityService({ db, bus, clock })
  const setup = new SetupService({ db, clock, secrets, identity })
  return { identity, setup }
}

/** Once the database is there and before the first request: what has to read it, or to watch the clock. In order. */
export async function startServices(_services: Services): Promise<void> {}

/** The other way round: nothing may write once this is done. */
export async function stopServices(_services: Services): Promise<void> {}
