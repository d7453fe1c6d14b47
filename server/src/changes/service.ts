import { kindOfId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Ticket } from '../desk/schema.ts'
import type { Amended, DeskService } from '../desk/service.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EventBus } from '../events.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { forbidden, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { TaskPlan } from '../tasks/schema.ts'
import type { WindowService } from '../windows/service.ts'
import type { Assessor } from './assessing.ts'
import { mustFit } from './fitting.ts'
import * as problem from './problems.ts'
import { ChangeLife, mayWriteIn, type ChangeLifeDeps } from './rules.ts'
import type { Assessment, ChangePlan, Template } from './schema.ts'
import * as store from './store.ts'
import type { ChangeBrief, ChangeDetail, ChangePatch, NewChange } from './ticket-schema.ts'

export interface ChangeServiceDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  timezone: string
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'namesOf' | 'teamFor' | 'team'>
  model: () => EstateModel
  nameOf: (entityId: string) => string
  desk: DeskService
  approvals: ChangeLifeDeps['approvals']
  tasks: ChangeLifeDeps['tasks']
  windows: Pick<WindowService, 'open' | 'move' | 'end' | 'load'>
  assessor: Assessor
}

type Planned = Pick<
  NewChange,
  'title' | 'reason' | 'plan' | 'testPlan' | 'backout' | 'startsAt' | 'endsAt'
> & {
  tasks: TaskPlan[]
}

/** What of a change may be altered in which state. */
const editableIn: Readonly<Record<string, ChangeDetail['mayEdit']>> = {
  draft: 'all',
  approved: 'time',
  scheduled: 'time',
  implementing: 'end',
}

/** Changes: tickets with a plan, what it touches and when. Their moves are the desk's. */
export class ChangeService {
  readonly #deps: ChangeServiceDeps
  readonly #life: ChangeLife
  #areWindowsOld = false
  #reloaded: Promise<void> = Promise.resolve()

  constructor(deps: ChangeServiceDeps) {
    this.#deps = deps
    this.#life = new ChangeLife({ ...deps, windowsChanged: () => (this.#areWindowsOld = true) })
    deps.desk.extend('change', this.#life.rules)
    deps.bus.on('ticket.changed', () => void this.settled())
  }

  /** Once what was committed counts: windows are read anew after a move that touched them. */
  settled(): Promise<void> {
    if (this.#areWindowsOld) {
      this.#areWindowsOld = false
      const { windows, log } = this.#deps
      this.#reloaded = this.#reloaded
        .then(() => windows.load())
        .catch((err: unknown) => log.error({ err }, 'the windows of changes could not be read'))
    }
    return this.#reloaded
  }

  // ---- reading -----------------------------------------------------------------------------------

  /** Newest first. */
  async list(
    viewer: Viewer,
    query: Paging & { state?: Ticket['state'] | 'open' },
  ): Promise<PageOf<ChangeBrief>> {
    const page = await this.#deps.desk.list(viewer, { ...query, kind: 'change' })
    const ids = page.items.map(({ id }) => id)
    const rows = ids.length === 0 ? [] : await store.changesByIds(this.#deps.db, ids)
    const byId = new Map(rows.map((row) => [row.ticket_id, row]))
    const items = page.items.flatMap((ticket) => {
      const row = byId.get(ticket.id)
      return row ? briefOf(ticket, row) : []
    })
    return { items, next: page.next }
  }

  /** Throws `not-found`. */
  async get(viewer: Viewer, ticketId: string): Promise<ChangeDetail> {
    const { db, desk, identity, assessor } = this.#deps
    await this.settled()
    const row = await store.changeById(db, ticketId)
    if (!row) throw notFound('change')
    const { timeline: _, moves, ...ticket } = await desk.detail(viewer, ticketId)
    const mayWrite = this.#mayWrite(viewer, ticket.region.id)
    const model = row.model_id === null ? undefined : await store.anyModelById(db, row.model_id)
    const people = await identity.namesOf(row.reviewed_by === null ? [] : [row.reviewed_by])
    const kept = JSON.parse(row.assessment) as Assessment | Record<string, never>
    return {
      ...briefOf(ticket, row),
      model: model ? { id: model.id, name: model.name } : null,
      assessment: 'risk' in kept ? assessor.toldTo(viewer, kept as Assessment) : null,
      reason: row.reason,
      plan: row.plan,
      testPlan: row.test_plan,
      backout: row.backout,
      tasks: JSON.parse(row.tasks) as TaskPlan[],
      windowId: row.window_id,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      review: row.review,
      reviewedBy: row.reviewed_by === null ? null : { id: row.reviewed_by, name: people.get(row.reviewed_by) ?? row.reviewed_by }, // prettier-ignore
      moves: mayWrite ? moves : [],
      mayEdit: mayWrite ? (editableIn[ticket.state] ?? 'nothing') : 'nothing',
    }
  }

  // ---- writing -----------------------------------------------------------------------------------

  /** A draft. Throws `not-found` for what is not the viewer's to change. */
  async create(viewer: Viewer, input: NewChange): Promise<ChangeDetail> {
    const { audit, desk, identity, assessor, bus } = this.#deps
    if ((input.type === 'standard') !== (input.modelId !== undefined)) throw problem.modelWanted()
    const regionId = this.#regionOf(viewer, input.entityIds)
    const planned = input.modelId === undefined ? { ...input, tasks: input.tasks ?? [] } : await this.#byModel(input, input.modelId, regionId) // prettier-ignore
    const assessment = await assessor.assess(viewer, toAssess(input.type, input.entityIds, planned))
    const team = input.teamId === undefined ? await identity.teamFor(regionId, '网络组') : await this.#team(input.teamId, regionId) // prettier-ignore
    const id = await audit.write(async (tx, note) => {
      const ticketId = await desk.open(tx, note, {
        kind: 'change',
        title: planned.title.trim(),
        description: planned.reason,
        channel: 'portal',
        rating: { impact: Math.max(1, 4 - assessment.risk), urgency: input.type === 'emergency' ? 1 : 3 },
        regionId,
        teamId: team?.id ?? null,
        requesterId: viewer.userId,
        assigneeId: viewer.userId,
        entities: this.#entities(input.entityIds),
      })
      await store.insertChange(tx, {
        ticket_id: ticketId,
        type: input.type,
        model_id: input.modelId ?? null,
        ...columnsOf(planned, assessment),
        window_id: null,
        started_at: null,
        ended_at: null,
        outcome: null,
        review: null,
        review_due_at: null,
        reviewed_by: null,
      })
      return ticketId
    })
    bus.emit('ticket.changed', { ticketIds: [id] })
    return this.get(viewer, id)
  }

  /** Throws `change-fixed`, `change-riskier`, `change-frozen`, `change-in-past`, `ticket-changed`. */
  async change(viewer: Viewer, ticketId: string, { revision, ...patch }: ChangePatch): Promise<ChangeDetail> {
    const { audit, desk, assessor, db, clock, bus } = this.#deps
    const before = await this.get(viewer, ticketId)
    if (!this.#mayWrite(viewer, before.ticket.region.id)) throw forbidden()
    mustBeEditable(before, patch)
    const row = (await store.changeById(db, ticketId))!
    const entityIds = patch.entityIds ?? before.ticket.entities.map(({ id }) => id)
    const place = patch.entityIds && (await this.#placeFor(before.ticket, this.#regionOf(viewer, entityIds)))
    const planned = { ...plannedOf(row, before.ticket.title), ...patch }
    await this.#mustFitModel(row, planned)
    const plan = toAssess(before.type, entityIds, planned)
    const assessment = await assessor.assess(viewer, { ...plan, changeId: ticketId })
    if (before.mayEdit === 'time' && before.type === 'normal' && assessment.risk > before.risk)
      throw problem.riskier()
    await audit.write(async (tx, note) => {
      const set = columnsOf(planned, assessment)
      const amended = { title: planned.title.trim(), description: planned.reason, entities: this.#entities(entityIds), ...(place && { place }) } // prettier-ignore
      await desk.amend(tx, viewer, { id: ticketId, revision }, amended, valuesOf(patch))
      await store.updateChange(tx, ticketId, set)
      const ticket = (await desk.rowOf(ticketId, tx))!
      if (before.mayEdit !== 'all') await this.#life.reschedule(tx, ticket, { ...row, ...set }, clock())
      note({
        action: 'changes.plan-changed',
        entity: { type: 'ticket', id: ticketId, name: ticket.number },
        regionId: ticket.region_id,
        before: factsOf(row),
        after: factsOf({ ...row, ...set }),
      })
    })
    bus.emit('ticket.changed', { ticketIds: [ticketId] })
    return this.get(viewer, ticketId)
  }

  // ---- rules ---------------------------------------------------------------------------------------

  /** The lowest region that holds all of it, or of a line that leaves the viewer's regions the end within them. */
  #regionOf(viewer: Viewer, entityIds: readonly string[]): string {
    const { surrounding } = this.#deps.assessor
    const lineages = entityIds.map((id) => {
      const paths = surrounding.chains.regionPathsOf(id)
      const own = paths.find((path) => covers(viewer, path))
      if (own === undefined) throw notFound(kindOfId(id) ?? 'entity')
      return own.split('/').filter(Boolean)
    })
    const [first = []] = lineages
    const shared = first.filter((id, depth) => lineages.every((lineage) => lineage[depth] === id))
    const regionId = shared.at(-1)
    if (regionId === undefined || !this.#mayWrite(viewer, regionId)) throw notFound('region')
    return regionId
  }

  #mayWrite(viewer: Viewer, regionId: string): boolean {
    return mayWriteIn(viewer, this.#deps.model().regions.get(regionId)?.path)
  }

  /** Its team goes along, unless one was chosen that reaches there, too. */
  async #placeFor(ticket: Ticket, regionId: string): Promise<NonNullable<Amended['place']>> {
    const teamFor = async (id: string) => (await this.#deps.identity.teamFor(id, '网络组'))?.id ?? null
    const teamId = ticket.team?.id ?? null
    if (regionId === ticket.region.id) return { regionId, teamId }
    const isChosen = teamId !== null && teamId !== (await teamFor(ticket.region.id))
    const stays = isChosen && (await this.#teamIn(teamId, regionId)) !== undefined
    return { regionId, teamId: stays ? teamId : await teamFor(regionId) }
  }

  /** Everything but where and when is the model's. */
  async #byModel(input: NewChange, modelId: string, regionId: string): Promise<Planned> {
    const { regions } = this.#deps.model()
    const row = await store.modelById(this.#deps.db, modelId)
    const reaches = regions.get(regionId)?.path.startsWith(regions.get(row?.region_id ?? '')?.path ?? '-')
    if (!row || !reaches) throw notFound('changeModel')
    if (row.approved_at === null) throw problem.modelNotApproved()
    const { durationMinutes: _, tasks, ...template } = JSON.parse(row.template) as Template
    const { title, startsAt, endsAt } = input
    mustFit(row, { fromMs: startsAt, untilMs: endsAt })
    return { ...template, title, startsAt, endsAt, tasks: tasks.map((name) => ({ name })) }
  }

  /** What began late is measured from then on. */
  async #mustFitModel(
    { model_id, started_at }: store.ChangeRow,
    { startsAt, endsAt }: Planned,
  ): Promise<void> {
    const model = model_id === null ? undefined : await store.anyModelById(this.#deps.db, model_id)
    if (model) mustFit(model, { fromMs: Math.max(startsAt, started_at ?? startsAt), untilMs: endsAt })
  }

  /** One of the change's region or of one above it. */
  async #teamIn(id: string, regionId: string): Promise<{ id: string } | undefined> {
    const team = await this.#deps.identity.team(id)
    const path = this.#deps.model().regions.get(regionId)?.path ?? ''
    return team && path.startsWith(team.regionPath) ? team : undefined
  }

  async #team(id: string, regionId: string): Promise<{ id: string }> {
    const team = await this.#teamIn(id, regionId)
    if (!team) throw notFound('team')
    return team
  }

  #entities(ids: readonly string[]): Ticket['entities'] {
    return ids.map((id) => ({
      type: kindOfId(id) ?? '',
      id,
      name: this.#deps.nameOf(id),
      role: 'affected' as const,
    }))
  }
}

const briefOf = (ticket: Ticket, row: store.ChangeRow): ChangeBrief => ({
  ticket,
  type: row.type,
  risk: row.risk as ChangeBrief['risk'],
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  outcome: row.outcome,
  reviewDueAt: row.review_due_at,
})

const toAssess = (
  type: ChangePlan['type'],
  entityIds: string[],
  { startsAt, endsAt, backout, testPlan }: Planned,
): ChangePlan => ({
  type,
  entityIds,
  startsAt,
  endsAt,
  hasBackout: backout.trim() !== '',
  hasTest: testPlan.trim() !== '',
})

const columnsOf = (planned: Planned, assessment: Assessment) => ({
  reason: planned.reason,
  plan: planned.plan,
  test_plan: planned.testPlan,
  backout: planned.backout,
  tasks: JSON.stringify(planned.tasks),
  starts_at: planned.startsAt,
  ends_at: planned.endsAt,
  risk: assessment.risk,
  assessment: JSON.stringify(assessment),
})

const plannedOf = (row: store.ChangeRow, title: string): Planned => {
  const { fromMs: startsAt, untilMs: endsAt } = store.spanOf(row)
  const { reason, plan, test_plan: testPlan, backout } = row
  return { title, reason, plan, testPlan, backout, startsAt, endsAt, tasks: JSON.parse(row.tasks) as TaskPlan[] } // prettier-ignore
}

type Fields = Omit<ChangePatch, 'revision'>

/** Throws `change-fixed` for what the state, or its model, leaves as it is. */
function mustBeEditable({ mayEdit, type }: ChangeDetail, patch: Fields): void {
  const modelled = ['reason', 'plan', 'testPlan', 'backout', 'tasks']
  const open: Record<ChangeDetail['mayEdit'], (field: string) => boolean> = {
    all: (field) => type !== 'standard' || !modelled.includes(field),
    time: (field) => field === 'startsAt' || field === 'endsAt',
    end: (field) => field === 'endsAt',
    nothing: () => false,
  }
  if (!Object.keys(patch).every(open[mayEdit])) throw problem.fixed()
}

/** What the timeline is told: which fields, and the time. */
const valuesOf = ({ startsAt, endsAt, ...rest }: Fields) => ({
  fields: Object.keys(rest).join(' '),
  ...(startsAt !== undefined && { startsAt }),
  ...(endsAt !== undefined && { endsAt }),
})

const factsOf = (row: store.ChangeRow) => ({
  risk: row.risk,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  plan: row.plan,
  backout: row.backout,
})
