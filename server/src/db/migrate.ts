import { Migrator, type Migration } from 'kysely/migration'
import type { Db } from './database.ts'
import * as foundation from './migrations/0001-foundation.ts'
import * as identityAndAudit from './migrations/0002-identity-and-audit.ts'
import * as measuring from './migrations/0003-measuring.ts'
import * as judging from './migrations/0004-judging.ts'
import * as serving from './migrations/0005-serving.ts'
import * as deskAdditions from './migrations/0006-desk-additions.ts'
import * as discovery from './migrations/0007-discovery.ts'
import * as topology from './migrations/0008-topology.ts'
import * as profiles from './migrations/0010-profiles.ts'
import * as points from './migrations/0011-points.ts'
import * as topologyDismissals from './migrations/0012-topology-dismissals.ts'
import * as stations from './migrations/0013-stations.ts'

/** In order, never edited after a release. */
const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-identity-and-audit': identityAndAudit,
  '0003-measuring': measuring,
  '0004-judging': judging,
  '0005-serving': serving,
  '0006-desk-additions': deskAdditions,
  '0007-discovery': discovery,
  '0008-topology': topology,
  '0010-profiles': profiles,
  '0011-points': points,
  '0012-topology-dismissals': topologyDismissals,
  '0013-stations': stations,
}

/** Every one this version knows, oldest first. */
export const migrationNames: readonly string[] = Object.keys(migrations)

/** Brings the database up to date; throws what the failed migration threw. */
export async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
