import type { BusinessCalendar } from '@zongheng/inventory/calendar.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { invalid, notFound, type FieldError } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { channelFacts } from './channel.ts'
import { loadDirectory, routeOf, type Directory } from './directory.ts'
import { recipientsOf, type Recipient } from './recipients.ts'
import { builtInRoute, builtInRouteId, routesFor, type NotifyStep, type Route } from './route.ts'
import type { NewRoute, Preview, PreviewQuery, RoutePatch, RouteView } from './schema.ts'
import * as store from './store.ts'

export interface RouteDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  timezone: string
  /** By which a region works. */
  calendarFor: (regionPath: string) => BusinessCalendar
}

type Scope = Pick<Viewer, 'regionPaths'>

/** Who is told of what, when; and who would be. */
export class RouteService {
  readonly #deps: RouteDeps

  constructor(deps: RouteDeps) {
    this.#deps = deps
  }

  /** In the order in which they are asked; on the last page the built-in one. */
  async list(viewer: Scope, paging: Paging): Promise<PageOf<RouteView>> {
    const page = await store.listRoutes(this.#deps.db, viewer, paging)
    const items = await this.#views(page.items)
    return { next: page.next, items: page.next === null ? [...items, builtInView] : items }
  }

  async create(viewer: Scope, input: NewRoute): Promise<RouteView> {
    const { audit, clock, identity } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    await this.#mustReach(viewer, input.steps)
    const nowMs = clock()
    const id = newId('route', nowMs)
    const { name, match, steps, position = 100, enabled = true } = input
    await audit.write(async (tx, note) => {
      await store.insertRoute(tx, {
        id,
        region_id: region.id,
        position,
        name,
        match: JSON.stringify(match),
        steps: JSON.stringify(ordered(steps)),
        enabled: enabled ? 1 : 0,
        archived_at: null,
        created_at: nowMs,
        updated_at: nowMs,
      })
      note({
        action: 'notify.route-added',
        ...about(id, name, region.id),
        after: { name, position, match, steps, enabled },
      })
    })
    return this.#get(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: RoutePatch): Promise<RouteView> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    const { name, position, match, steps, enabled } = routeOf(row)
    const before = { name, position, match, steps, enabled }
    const after = { ...before, ...patch }
    if (patch.steps) await this.#mustReach(viewer, patch.steps)
    await audit.write(async (tx, note) => {
      await store.updateRoute(tx, id, {
        name: after.name,
        position: after.position,
        match: JSON.stringify(after.match),
        steps: JSON.stringify(ordered(after.steps)),
        enabled: after.enabled ? 1 : 0,
        updated_at: clock(),
      })
      note({
        action: 'notify.route-changed',
        ...about(id, after.name, row.region_id),
        ...differences<object>(before, after),
      })
    })
    return this.#get(viewer, id)
  }

  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    await audit.write(async (tx, note) => {
      await store.updateRoute(tx, id, { archived_at: clock(), updated_at: clock() })
      const { name, match, steps } = routeOf(row)
      note({
        action: 'notify.route-archived',
        ...about(id, row.name, row.region_id),
        before: { name, match, steps },
      })
    })
  }

  /** Who would be told now, or then, if such an alarm fired. Sends nothing. */
  async preview(viewer: Scope, query: PreviewQuery): Promise<Preview> {
    const { db, clock, identity, timezone: timeZone, calendarFor } = this.#deps
    const { id: regionId } = await identity.region(viewer, query.regionId)
    const regionPaths = [(await identity.regionsNamed([regionId])).get(regionId)!.path]
    const nowMs = query.at ?? clock()
    const directory = await loadDirectory(db, nowMs)
    const { severity, entityType, condition } = query
    const routes = routesFor(
      directory.routes,
      { regionPaths, severity, entityType, condition },
      calendarFor(regionPaths[0]!),
      nowMs,
    )
    const situation = { tx: db, directory, people: identity, regionPaths, teamPath: regionPaths[0]!, severity, timeZone } // prettier-ignore
    const told = await Promise.all(
      routes.map(async (route) => ({
        id: route.id,
        name: route.name,
        steps: await Promise.all(
          route.steps.map(async ({ afterMinutes, to }) => ({
            afterMinutes,
            to: await recipientsOf(to, { ...situation, nowMs: nowMs + afterMinutes * 60_000 }),
          })),
        ),
      })),
    )
    const userIds = told.flatMap(({ steps }) =>
      steps.flatMap(({ to }) => to.flatMap(({ userId }) => userId ?? [])),
    )
    const names = await identity.namesOf(userIds)
    const shown = (one: Recipient) => recipientView(one, directory, names)
    return {
      routes: told.map(({ steps, ...route }) => ({
        ...route,
        steps: steps.map(({ afterMinutes, to }) => ({ afterMinutes, to: to.map(shown) })),
      })),
    }
  }

  /** A route leads nowhere that whoever writes it cannot see. */
  async #mustReach(viewer: Scope, steps: NotifyStep[]): Promise<void> {
    const { db, identity } = this.#deps
    const errors: FieldError[] = []
    for (const [i, step] of steps.entries())
      for (const [j, target] of step.to.entries()) {
        const wrong = await this.#wrongAt(viewer, target, db, identity)
        if (wrong)
          errors.push({ path: `/steps/${i}/to/${j}/${wrong}`, code: 'unknown', message: 'is not known' })
      }
    if (errors.length > 0) throw invalid(errors)
  }

  async #wrongAt(
    viewer: Scope,
    target: NotifyStep['to'][number],
    db: Db,
    identity: IdentityService,
  ): Promise<string | null> {
    switch (target.kind) {
      case 'scope':
        return null
      case 'duty':
        return target.rosterId === null || (await store.rosterInScope(db, viewer, target.rosterId)) ? null : 'rosterId' // prettier-ignore
      case 'team': {
        if (target.teamId === null) return null
        const team = await identity.team(target.teamId)
        return team && covers(viewer, team.regionPath) ? null : 'teamId'
      }
      case 'person':
        return (await livesIn(identity, viewer, target.userId)) ? null : 'userId'
      case 'channel': {
        const row = await store.channelInScope(db, viewer, target.channelId)
        if (!row) return 'channelId'
        const isPersonal = channelFacts[row.kind as keyof typeof channelFacts].personal !== null
        return isPersonal && target.address === '' ? 'address' : null
      }
    }
  }

  async #row(viewer: Scope, id: string): Promise<store.RouteRow> {
    const row = await store.routeInScope(this.#deps.db, viewer, id)
    if (!row) throw notFound('route')
    return row
  }

  async #get(viewer: Scope, id: string): Promise<RouteView> {
    const [view] = await this.#views([await this.#row(viewer, id)])
    return view!
  }

  async #views(rows: store.RouteRow[]): Promise<RouteView[]> {
    const { identity } = this.#deps
    const views = rows.map(viewOf)
    const targets = views.flatMap(({ steps }) => steps.flatMap(({ to }) => to))
    const users = await identity.namesOf(targets.flatMap((one) => (one.kind === 'person' ? one.userId : [])))
    const teams = await identity.teamNames(
      targets.flatMap((one) => (one.kind === 'team' ? (one.teamId ?? []) : [])),
    )
    const names = new Map([...users, ...teams])
    return views.map((view) => ({ ...view, names: namesAmong(view.steps, names) }))
  }
}

/** Whether this person belongs to one of the viewer's regions. */
export async function livesIn(identity: IdentityService, viewer: Scope, userId: string): Promise<boolean> {
  const home = await identity.homeOf(userId)
  const path = home && (await identity.regionsNamed([home])).get(home)?.path
  return path !== undefined && path !== '' && covers(viewer, path)
}

const ordered = (steps: NotifyStep[]) => steps.toSorted((a, b) => a.afterMinutes - b.afterMinutes)
const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'route', id, name },
  regionId,
})

function namesAmong(steps: NotifyStep[], names: ReadonlyMap<string, string>): Record<string, string> {
  const ids = steps.flatMap(({ to }) => to.map(idOf)).filter((id) => id !== null)
  return Object.fromEntries(ids.map((id) => [id, names.get(id) ?? id]))
}
const idOf = (target: NotifyStep['to'][number]) =>
  target.kind === 'person' ? target.userId : target.kind === 'team' ? target.teamId : null

function viewOf(row: store.RouteRow): Omit<RouteView, 'names'> {
  const { id, name, position, match, steps, enabled }: Route = routeOf(row)
  return { id, name, region: { id: row.region_id, name: row.region_name }, position, match, steps, enabled }
}

const builtInView: RouteView = {
  id: builtInRouteId,
  name: builtInRoute.name,
  region: null,
  position: 1000,
  match: builtInRoute.match,
  steps: builtInRoute.steps,
  names: {},
  enabled: true,
}

function recipientView(
  { channelId, userId, address, heldUntilMs }: Recipient,
  { channels }: Directory,
  names: Map<string, string>,
) {
  return {
    channel: channelId ? { id: channelId, name: channels.get(channelId)?.name ?? '' } : null,
    user: userId ? { id: userId, name: names.get(userId) ?? '' } : null,
    address: partly(address),
    heldUntil: heldUntilMs,
  }
}

/** `138****0000`, `z***@example.cn`: enough to know it again. */
export function partly(address: string): string {
  const at = address.indexOf('@')
  if (at > 0) return `${address.slice(0, 1)}***${address.slice(at)}`
  return address.length > 7 ? `${address.slice(0, 3)}****${address.slice(-4)}` : address
}
