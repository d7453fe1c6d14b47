/** What is set up to tell people: read in one go within the transaction that needs it. */
import type { Db } from '../db/database.ts'
import type { Channel } from './channel.ts'
import { defaultPreferences, type Preferences } from './preference.ts'
import { dutyAt, type Rotation, type Shift } from './roster.ts'
import type { Route } from './route.ts'
import * as store from './store.ts'

export interface Roster {
  id: string
  name: string
  regionId: string
  regionPath: string
  teamId: string | null
  rotation: Rotation
  shifts: Shift[]
}

export interface Directory {
  channels: Map<string, Channel>
  routes: Route[]
  rosters: Map<string, Roster>
  preferencesOf(userId: string): Preferences
}

/** What telling people by name takes: neither who is on duty nor what goes where. */
export type Addresses = Pick<Directory, 'channels' | 'preferencesOf'>

export async function loadAddresses(db: Db): Promise<Addresses> {
  const [channels, preferences] = await Promise.all([store.channels(db), store.allPreferences(db)])
  const settingsOf = new Map(preferences.map((row) => [row.user_id, JSON.parse(row.settings) as Partial<Preferences>])) // prettier-ignore
  return {
    channels: new Map(channels.map((row) => [row.id, channelOf(row)])),
    preferencesOf: (userId) => ({ ...defaultPreferences, ...settingsOf.get(userId) }),
  }
}

export async function loadDirectory(db: Db, nowMs: number): Promise<Directory> {
  const [addresses, routes, rosters, shifts] = await Promise.all([
    loadAddresses(db),
    store.routes(db),
    store.rosters(db),
    store.shiftsAfter(db, nowMs),
  ])
  const shiftsOf = Map.groupBy(shifts, (shift) => shift.roster_id)
  return {
    ...addresses,
    routes: routes.map(routeOf),
    rosters: new Map(rosters.map((row) => [row.id, rosterOf(row, shiftsOf.get(row.id) ?? [])])),
  }
}

export const channelOf = (row: store.ChannelRow): Channel => ({
  id: row.id,
  name: row.name,
  regionId: row.region_id,
  regionPath: row.region_path,
  settings: JSON.parse(row.settings) as Channel['settings'],
  secret: row.secret,
  enabled: row.enabled === 1,
})

export const routeOf = (row: store.RouteRow): Route => ({
  id: row.id,
  name: row.name,
  regionId: row.region_id,
  regionPath: row.region_path,
  position: row.position,
  match: JSON.parse(row.match) as Route['match'],
  steps: JSON.parse(row.steps) as Route['steps'],
  enabled: row.enabled === 1,
})

export const rosterOf = (row: store.RosterRow, shifts: store.ShiftRow[]): Roster => ({
  id: row.id,
  name: row.name,
  regionId: row.region_id,
  regionPath: row.region_path,
  teamId: row.team_id,
  rotation: JSON.parse(row.rotation) as Rotation,
  shifts: shifts.map(shiftOf),
})

export const shiftOf = (row: store.ShiftRow): Shift => ({
  id: row.id,
  userId: row.user_id,
  startsMs: row.starts_at,
  endsMs: row.ends_at,
  note: row.note,
})

/** Of what covers one of these regions the nearest. */
function nearest<T extends { regionPath: string }>(all: Iterable<T>, regionPaths: readonly string[]): T[] {
  const covering = [...all].filter(({ regionPath }) =>
    regionPaths.some((path) => path.startsWith(regionPath)),
  )
  return covering.sort((a, b) => b.regionPath.length - a.regionPath.length)
}

/** Whoever is on duty by this roster, or by the nearest of the region that has somebody; null: nobody. */
export function onDuty(
  { rosters }: Directory,
  rosterId: string | null,
  regionPaths: readonly string[],
  nowMs: number,
  timeZone: string,
): { userId: string; roster: Roster } | null {
  const asked = rosterId === null ? nearest(rosters.values(), regionPaths) : [rosters.get(rosterId)]
  for (const roster of asked) {
    const duty = roster && dutyAt(roster.rotation, roster.shifts, nowMs, timeZone)
    if (duty) return { userId: duty.userId, roster }
  }
  return null
}

/** The nearest channel of a kind that serves the region. */
export const channelFor = ({ channels }: Addresses, kind: string, regionPaths: readonly string[]) =>
  nearest(
    [...channels.values()].filter(({ enabled, settings }) => enabled && settings.kind === kind),
    regionPaths,
  )[0]
