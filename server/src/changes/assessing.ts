import { officeCalendar, workingMsBetween } from '@zongheng/inventory/calendar.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { BookingService } from '../bookings/service.ts'
import type { EstateModel } from '../estate/model.ts'
import { invalid } from '../http/problem.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'
import type { ImpactService } from '../impact/service.ts'
import type { WindowService } from '../windows/service.ts'
import { approvalsFor } from './approvers.ts'
import { conflictsOf, type Conflict, type Occupied, type Planned } from './conflicts.ts'
import { riskOf, type RiskFacts } from './risk.ts'
import type { Assessment, ChangeConflict, ChangePlan } from './schema.ts'
import { freezesWithin } from './store.ts'
import type { Db } from '../db/database.ts'
import type { Span } from '../windows/recurrence.ts'
import { Surrounding } from './surroundings.ts'

export interface AssessingDeps {
  db: Db
  timezone: string
  model: () => EstateModel
  nameOf: (entityId: string) => string
  impact: Pick<ImpactService, 'whatIf'>
  windows: Pick<WindowService, 'within'>
  bookings: Pick<BookingService, 'within' | 'isSeen'>
  /** Changes that are submitted and not over, with what they touch. */
  changesWithin: (fromMs: number, untilMs: number) => Promise<(Omit<Occupied, 'within'> & { windowId: string | null })[]> // prettier-ignore
}

/** Which it goes to is known once it is drafted; the step is called the same. */
const someTeam = ''
const longestMs = 31 * dayMs
const namedAtMost = 20
const conflictsAtMost = 50

/** What a change would do and meet, before anyone has agreed to it. Keeps nothing. */
export class Assessor {
  readonly #deps: AssessingDeps
  #surrounding: { model: EstateModel; of: Surrounding } | undefined

  constructor(deps: AssessingDeps) {
    this.#deps = deps
  }

  /** Throws `not-found` for what the viewer may not see. */
  async assess(viewer: Viewer, plan: ChangePlan): Promise<Assessment> {
    mustBeSound(plan)
    const { impact } = this.#deps
    const hit = await impact.whatIf(viewer, plan.entityIds)
    const conflicts = await this.#conflicts(plan, {
      cutSiteIds: new Set(hit.sites.items.map(({ id }) => id)),
      bareSiteIds: new Set(
        hit.bareLinks.items.flatMap(({ id }) => this.#deps.model().links.get(id)?.lowerSiteId ?? []),
      ),
    })
    const overloaded = hit.takenOver.items.filter(({ isOverloaded }) => isOverloaded)
    const facts: RiskFacts = {
      sites: hit.sites.total + hit.sites.outside,
      devices: hit.devices.total + hit.devices.outside,
      services: hit.services.total + hit.services.outside,
      bareLinks: hit.bareLinks.total + hit.bareLinks.outside,
      overloaded: overloaded.length,
      tier: this.tierOf(plan.entityIds),
      inWorkingTime: workingMsBetween(officeCalendar(this.#deps.timezone), plan.startsAt, plan.endsAt) > 0,
      hasBackout: plan.hasBackout,
      hasTest: plan.hasTest,
      conflicts: conflicts.length,
    }
    const answer = riskOf(facts)
    const counted = (items: readonly { id: string; name: string }[], total: number) => ({
      items: items.slice(0, namedAtMost).map(({ id, name }) => ({ id, name })),
      total,
    })
    return {
      ...answer,
      sites: counted(hit.sites.items, facts.sites),
      services: counted(hit.services.items, facts.services),
      devices: facts.devices,
      bareLinks: counted(hit.bareLinks.items, facts.bareLinks),
      overloaded: counted(
        overloaded.map(({ link }) => link),
        overloaded.length,
      ),
      redundant: facts.sites === 0 && facts.services === 0,
      conflicts: conflicts.slice(0, conflictsAtMost).map((one) => this.#shown(viewer, one)),
      approvals:
        plan.type === 'standard'
          ? []
          : approvalsFor(answer.risk, { tier: facts.tier, teamId: someTeam }).map(({ name }) => name),
    }
  }

  /** The name of a freeze that holds where they are, within this time; of several, of the first. */
  async freezeOver(db: Db, entityIds: readonly string[], { fromMs, untilMs }: Span): Promise<string | null> {
    const paths = this.surrounding.regionPathsOf(entityIds)
    const { regions } = this.#deps.model()
    const holds = ({ region_id: id }: { region_id: string }) =>
      paths.some((path) => path.startsWith(regions.get(id)?.path ?? '-'))
    return (await freezesWithin(db, fromMs, untilMs)).find(holds)?.name ?? null
  }

  /** One that was kept, for somebody else: what is beyond their regions is counted but not named. */
  toldTo(viewer: Viewer, kept: Assessment): Assessment {
    const told = ({ items, total }: Assessment['sites']) => ({
      items: items.filter(({ id }) => this.#isTold(viewer, id)),
      total,
    })
    return {
      ...kept,
      sites: told(kept.sites),
      services: told(kept.services),
      bareLinks: told(kept.bareLinks),
      overloaded: told(kept.overloaded),
      conflicts: kept.conflicts.map((one) => {
        const entities = one.entities.filter(({ id }) => this.#isTold(viewer, id))
        const isTold = one.kind === 'freeze' || entities.length > 0
        return { ...one, entities, ...(!isTold && { id: null, title: null }) }
      }),
    }
  }

  get surrounding(): Surrounding {
    const model = this.#deps.model()
    if (this.#surrounding?.model !== model) this.#surrounding = { model, of: new Surrounding(model) }
    return this.#surrounding.of
  }

  async #conflicts(plan: ChangePlan, cut: Pick<Planned, 'cutSiteIds' | 'bareSiteIds'>): Promise<Conflict[]> {
    const { db, model, windows, bookings, changesWithin } = this.#deps
    const { surrounding } = this
    const span = { fromMs: plan.startsAt, untilMs: plan.endsAt }
    const changes = await changesWithin(span.fromMs, span.untilMs)
    const ownWindows = new Set(changes.map(({ windowId }) => windowId)) // a change is told once
    const placed = <T extends { entityIds: readonly string[] }>(one: T) => ({
      ...one,
      within: surrounding.within(one.entityIds),
    })
    const { regions } = model()
    return conflictsOf(
      {
        ...span,
        ...cut,
        id: plan.changeId ?? null,
        entityIds: plan.entityIds,
        within: surrounding.within(plan.entityIds),
        beside: surrounding.beside(plan.entityIds),
        regionPaths: surrounding.regionPathsOf(plan.entityIds),
      },
      {
        windows: windows.within(span.fromMs, span.untilMs).filter(({ id }) => !ownWindows.has(id)).map(placed), // prettier-ignore
        changes: changes.map(placed),
        bookings: (await bookings.within(span.fromMs, span.untilMs)).map((one) => ({
          ...one,
          entityIds: one.siteIds,
          within: new Set<string>(),
        })),
        freezes: (await freezesWithin(db, span.fromMs, span.untilMs)).map((row) => ({
          id: row.id,
          title: row.name,
          fromMs: row.starts_at,
          untilMs: row.ends_at,
          regionPath: regions.get(row.region_id)?.path ?? '/',
        })),
      },
    )
  }

  /** The highest of what it touches. */
  tierOf(ids: readonly string[]): RiskFacts['tier'] {
    const depths = this.surrounding.regionPathsOf(ids).map((path) => path.split('/').filter(Boolean).length)
    return (['province', 'city'] as const)[Math.min(...depths) - 1] ?? 'county'
  }

  /** A conference or a change elsewhere is told without its name. */
  #shown(viewer: Viewer, one: Conflict): ChangeConflict {
    const isTold = one.kind === 'freeze' || one.entityIds.some((id) => this.#isTold(viewer, id))
    return {
      kind: one.kind,
      id: isTold ? one.id : null,
      title: isTold ? one.title : null,
      fromAt: one.fromMs,
      untilAt: one.untilMs,
      why: one.why,
      entities: one.entityIds
        .filter((id) => this.#isTold(viewer, id))
        .slice(0, namedAtMost)
        .map((id) => ({ id, name: this.#deps.model().regions.get(id)?.name ?? this.#deps.nameOf(id) })),
      forbids: one.forbids,
    }
  }

  #isTold(viewer: Viewer, id: string): boolean {
    const isSeen = this.#deps.model().regions.has(id) ? concerns : covers
    return this.surrounding.chains.regionPathsOf(id).some((path) => isSeen(viewer, path))
  }
}

function mustBeSound({ startsAt, endsAt }: ChangePlan): void {
  if (endsAt <= startsAt || endsAt - startsAt > longestMs)
    throw invalid([{ path: '/endsAt', code: 'range', message: 'after startsAt, by at most 31 days' }])
}
