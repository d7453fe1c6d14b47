/** Where teams stand in the tiers. */
import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Place } from './keeper.ts'

type Identity = Pick<IdentityService, 'team' | 'teamFor' | 'regionsNamed'>

const lineageOf = (path: string) => path.split('/').filter(Boolean)

export const placeOfTeam =
  (identity: Identity) =>
  async (tx: Db, teamId: string): Promise<Place | null> => {
    const path = (await identity.team(teamId, tx))?.regionPath
    const regionId = path && lineageOf(path).at(-1)
    return regionId ? ((await identity.regionsNamed([regionId], tx)).get(regionId) ?? null) : null
  }

/** Who takes over from whoever has a ticket: of the managing region above theirs, or the next above that. Null at the top. */
export const teamAbove =
  (identity: Identity) =>
  async (tx: Db, { region_id, team_id }: TicketRow): Promise<string | null> => {
    const own = team_id === null ? undefined : (await identity.team(team_id, tx))?.regionPath
    const path = own ?? (await identity.regionsNamed([region_id], tx)).get(region_id)?.path ?? ''
    const parentId = lineageOf(path).at(-2)
    return parentId ? ((await identity.teamFor(parentId, '网络组', tx))?.id ?? null) : null
  }
