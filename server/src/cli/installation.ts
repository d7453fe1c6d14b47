import { userInfo } from 'node:os'
import { actAs, type Actor } from '../audit/actor.ts'
import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { EventBus } from '../events.ts'
import { createLog } from '../log.ts'
import { openSecrets } from '../secrets/open.ts'
import { memorySeries } from '../series/memory.ts'
import { createServices, type Context, type Services } from '../services.ts'

/** Where an installation lies: `--data` and `--config`, else the environment's. */
export interface Place {
  data?: string | undefined
  config?: string | undefined
}

/**
 * Works on an installation from its own machine, beside a running server: the database is opened, nothing is started. Measured
 * values are out of reach. Whoever is signed in there is the actor of what is done, for `reason`.
 */
export async function withInstallation<T>(
  { data, config: file }: Place,
  work: (services: Services, context: Context) => Promise<T>,
  reason: string | null = null,
): Promise<T> {
  const { config } = loadConfig(process.env, { dataDir: data }, file)
  const db = openDatabase(config.databaseUrl)
  try {
    await migrate(db)
    const secrets = await openSecrets(db, config)
    const log = createLog(config.logLevel)
    const context = { config, db, log, secrets, bus: new EventBus(), clock: Date.now, series: memorySeries() }
    return await actAs(operator(reason), () => work(createServices(context), context))
  } finally {
    await db.destroy()
  }
}

/** Whoever is signed in on this machine. */
export const operator = (reason: string | null): Actor => ({
  kind: 'command',
  id: null,
  name: userInfo().username,
  address: null,
  requestId: null,
  reason,
})
