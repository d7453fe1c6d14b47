import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db/database.ts'
import type { EventBus } from './events.ts'
import { DeviceService, type DeviceJobs } from './estate/device-service.ts'
import { LinkService } from './estate/link-service.ts'
import { EstateService } from './estate/service.ts'
import { IdentityService } from './identity/service.ts'
import type { Log } from './log.ts'
import type { SecretBox } from './secret-box.ts'
import { SeriesService } from './series/service.ts'
import type { SeriesStore } from './series/store.ts'
import { SetupService } from './setup/service.ts'
import { StateService } from './state/service.ts'

/** What every module may need. */
export interface Context {
  config: Config
  db: Db
  log: Log
  bus: EventBus
  clock: Clock
  secrets: SecretBox
  series: SeriesStore
}

export type Services = ReturnType<typeof createServices>

/** The one place where modules are handed what they need of one another. Nothing runs yet. */
export function createServices(context: Context) {
  const { db, bus, clock, secrets } = context
  const identity = new IdentityService({ db, bus, clock })
  const setup = new SetupService({ db, clock, secrets, identity })
  const state = new StateService({ db, clock })
  const estate = new EstateService({
    db,
    bus,
    clock,
    secrets,
    readings: state,
    openTicketsOf: async () => new Map(),
  })
  const devices = new DeviceService({ db, clock, secrets, estate, identity, jobs: noJobs })
  const links = new LinkService({ db, estate, readings: state, monthPercentOf: async () => new Map() })
  const series = new SeriesService(context.series, estate)
  return { identity, setup, state, estate, devices, links, series }
}

/** Until the jobs are there. */
const noJobs: DeviceJobs = {
  identify: async () => ({ ok: false, code: 'no-collector', text: '' }),
  poll: async () => '',
}

/** Once the database is there and before the first request: what has to read it, or to watch the clock. In order. */
export async function startServices(_services: Services): Promise<void> {}

/** The other way round: nothing may write once this is done. */
export async function stopServices(_services: Services): Promise<void> {}
