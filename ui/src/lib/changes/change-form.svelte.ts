import type { Assessment, ChangeDetail, ChangeModel, NewChange } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import type { Chosen } from '../windows/scope-finder.ts'
import { fromWall, toWall } from '../windows/words.ts'
import { missingTexts } from './words.ts'

const hourMs = 3_600_000
/** What a change may touch. */
export const touchable: readonly Chosen['type'][] = ['site', 'device', 'link', 'circuit']

/** A change as it is drafted, or as a draft is altered. */
export class ChangeForm {
  type = $state<NewChange['type']>('normal')
  modelId = $state('')
  title = $state('')
  reason = $state('')
  plan = $state('')
  testPlan = $state('')
  backout = $state('')
  tasks = $state('')
  starts = $state('')
  ends = $state('')
  touched = $state.raw<Pick<Chosen, 'id' | 'name'>[]>([])
  assessment = $state.raw<Assessment | null>(null)
  models = $state.raw<ChangeModel[]>([])
  problem = $state<string | null>(null)
  busy = $state(false)
  /** It was to be submitted: what is missing is shown. */
  isSubmitting = $state(false)
  /** The draft that is altered; null: a new one. */
  readonly known: ChangeDetail | null
  #asked = 0

  constructor(nowMs: number, known: ChangeDetail | null = null) {
    this.known = known
    const next = Math.ceil(nowMs / hourMs) * hourMs + hourMs
    this.starts = toWall(known?.startsAt ?? next)
    this.ends = toWall(known?.endsAt ?? next + 2 * hourMs)
    if (known) this.#take(known)
  }

  #take({ type, ticket, model, reason, plan, testPlan, backout, tasks }: ChangeDetail): void {
    Object.assign(this, { type, title: ticket.title, reason, plan, testPlan, backout })
    this.modelId = model?.id ?? ''
    this.tasks = tasks.map(({ name }) => name).join('\n')
    this.touched = ticket.entities.map(({ id, name }) => ({ id, name }))
  }

  async loadModels(): Promise<void> {
    const models = await api.all<ChangeModel>('/changes/models', {})
    this.models = models.filter(({ approvedAt }) => approvedAt !== null)
  }

  /** A model says all but where and when. */
  choose(modelId: string): void {
    this.modelId = modelId
    const template = this.models.find(({ id }) => id === modelId)?.template
    if (!template) return
    const { title, reason, plan, testPlan, backout, tasks, durationMinutes } = template
    Object.assign(this, { title, reason, plan, testPlan, backout, tasks: tasks.join('\n') })
    this.ends = toWall(fromWall(this.starts) + durationMinutes * 60_000)
  }

  get isModelled(): boolean {
    return this.type === 'standard'
  }

  get isTimed(): boolean {
    return fromWall(this.ends) > fromWall(this.starts)
  }

  get isWhole(): boolean {
    const isChosen = !this.isModelled || this.modelId !== ''
    return this.title.trim() !== '' && this.touched.length > 0 && this.isTimed && isChosen
  }

  get missing() {
    return missingTexts(this)
  }

  /** What the assessment depends on. */
  get asked() {
    return {
      type: this.type,
      entityIds: this.touched.map(({ id }) => id),
      startsAt: fromWall(this.starts),
      endsAt: fromWall(this.ends),
      hasBackout: this.backout.trim() !== '',
      hasTest: this.testPlan.trim() !== '',
      ...(this.known && { changeId: this.known.ticket.id }),
    }
  }

  async see(): Promise<void> {
    const mine = ++this.#asked
    if (this.touched.length === 0 || !this.isTimed) {
      this.assessment = null
      return
    }
    try {
      const answer = await api.post<Assessment>('/changes/preview', this.asked)
      if (mine !== this.#asked) return
      this.assessment = answer
      this.problem = null
    } catch (refused) {
      if (mine !== this.#asked) return
      this.assessment = null
      this.problem = problemText(refused)
    }
  }

  /** Null where it is refused: `problem` says why. */
  async save(): Promise<ChangeDetail | null> {
    this.busy = true
    try {
      const saved = await (this.known
        ? this.#alter(this.known)
        : api.post<ChangeDetail>('/changes', this.#new))
      this.problem = null
      return saved
    } catch (refused) {
      this.problem = problemText(refused)
      return null
    } finally {
      this.busy = false
    }
  }

  get #place() {
    const { entityIds, startsAt, endsAt } = this.asked
    return { title: this.title.trim(), entityIds, startsAt, endsAt }
  }

  get #words() {
    const { reason, plan, testPlan, backout } = this
    const names = this.tasks.split('\n').map((line) => line.trim()).filter(Boolean) // prettier-ignore
    return { reason, plan, testPlan, backout, tasks: names.map((name) => ({ name })) }
  }

  get #new(): NewChange {
    const { type, modelId } = this
    return { type, ...this.#place, ...this.#words, ...(this.isModelled && { modelId }) }
  }

  #alter({ ticket }: ChangeDetail): Promise<ChangeDetail> {
    const body = { ...this.#place, ...(!this.isModelled && this.#words), revision: ticket.revision }
    return api.patch<ChangeDetail>(`/changes/${ticket.id}`, body)
  }
}
