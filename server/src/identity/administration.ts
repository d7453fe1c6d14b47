import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { Grants } from './grants/grants.ts'
import type { Passwords } from './passwords/passwords.ts'
import { Regions, type RegionDeps } from './regions/regions.ts'
import { Rights } from './grants/rights.ts'
import { Summary, type Count } from './regions/summary.ts'
import { Teams } from './teams/teams.ts'
import { Users } from './people/users.ts'

export interface AdministrationDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  passwords: Passwords
  /** How many open tickets are on a team. */
  openTicketsOn: (teamId: string, db: Db) => Promise<number>
  /** Links, devices, checks and alarms of all regions. */
  counts: () => Promise<Count[]>
  handOver: RegionDeps['handOver']
}

export type Administration = ReturnType<typeof createAdministration>

/** People, teams and regions, and who may do what: for those who administer them. */
export function createAdministration(deps: AdministrationDeps) {
  const teams = new Teams(deps)
  return {
    users: new Users({ ...deps, teams }),
    grants: new Grants(deps),
    teams,
    regions: new Regions(deps),
    rights: new Rights(deps),
    summary: new Summary(deps),
  }
}
