import { checkFacts, type CheckKind, type CheckLimit } from '@zongheng/inventory/check.ts'
import type { Check, Job, NewCheck } from '@zongheng/server/api.ts'
import { api, ApiProblem } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { t } from '../i18n/index.svelte.ts'
import { jobEnd } from '../job-end.ts'
import { newSnmpDraft, snmpOf } from '../snmp/snmp-draft.ts'
import { scope } from '../scope.svelte.ts'
import { draftOf, newDraft, specOf, type Draft } from './fields.ts'
import { limitRows, limitsOf, type LimitRow } from './limits.ts'
import { isMoved, linkedOf, placeOf, type Linked } from './place.ts'
import { jobWords } from './words.ts'

export interface Choice {
  id: string
  name: string
  isLocal: boolean
}

/** About what a new check is, where that is known beforehand. */
export interface About {
  deviceId: string
  deviceName: string
  host: string
  regionId: string
}

const patienceMs = 70_000

/** A check as it is typed: a new one, or changes of one that is kept. */
export class CheckForm {
  readonly check: Check | null
  readonly about: About | null
  kind = $state<CheckKind>('http')
  name = $state('')
  draft = $state<Draft>(newDraft('http'))
  limits = $state<LimitRow[]>([])
  intervalS = $state(60)
  timeoutMs = $state(10_000)
  regionId = $state(scope.region?.id ?? '')
  linked = $state.raw<Linked | null>(null)
  collectorIds = $state<string[]>([])
  secret = $state({ username: '', password: '', privateKey: '' })
  snmp = $state(newSnmpDraft())
  collectors = $state.raw<Choice[]>([])
  busy = $state<'trying' | 'saving' | null>(null)
  problem = $state<string | null>(null)
  tried = $state<{ ok: boolean; text: string } | null>(null)
  credential = $derived(checkFacts[this.kind].credential)

  constructor(check: Check | null, about: About | null) {
    this.check = check
    this.about = about
    if (check) this.#take(check)
    else this.choose(about ? 'tcp' : 'http')
    if (about) {
      this.regionId = about.regionId
      this.linked = { of: 'device', id: about.deviceId, name: about.deviceName }
    }
  }

  #take(check: Check) {
    this.kind = check.kind
    this.name = check.name
    this.draft = draftOf(check.kind, check.spec as unknown as Record<string, unknown>)
    this.limits = limitRows(check.kind, check.limits as CheckLimit[])
    this.intervalS = check.intervalS
    this.timeoutMs = check.timeoutMs
    this.regionId = check.region.id
    this.linked = linkedOf(check)
    this.collectorIds = check.points.map((point) => point.collector.id)
  }

  /** Another kind: its own fields, with what both have in common kept. */
  choose(kind: CheckKind) {
    const { host } = this.draft
    const facts = checkFacts[kind]
    this.kind = kind
    this.draft = newDraft(kind)
    if ('host' in this.draft) this.draft.host = host || this.about?.host || ''
    this.limits = limitRows(kind, facts.limits)
    this.intervalS = facts.intervalS
    this.timeoutMs = facts.timeoutMs
    this.tried = null
  }

  async load() {
    this.collectors = (await api.get<{ items: Choice[] }>('/checks/collectors')).items
  }

  toggle(id: string) {
    const chosen = this.collectorIds
    this.collectorIds = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]
  }

  /** Runs it once where it would run first, and tells what came of it. */
  async try() {
    await this.#do('trying', async () => {
      this.tried = null
      const body = {
        spec: specOf(this.kind, this.draft),
        timeoutMs: this.timeoutMs,
        regionId: this.regionId,
        ...(this.collectorIds[0] && { collectorId: this.collectorIds[0] }),
        ...(this.check && { checkId: this.check.id }),
        ...this.#secrets(),
      }
      const { jobIds } = await api.post<{ jobIds: string[] }>('/checks/try', body)
      const job = await withinPatience(jobEnd(jobIds[0]!))
      this.tried = {
        ok: job.check?.outcome.ok ?? false,
        text: t('checks.form.tried', { result: jobWords(this.kind, job) }),
      }
    })
  }

  /** The check as it is kept; null when it was refused. */
  async save(): Promise<Check | null> {
    let saved: Check | null = null
    await this.#do('saving', async () => {
      const settings = {
        name: this.name.trim(),
        spec: specOf(this.kind, this.draft),
        limits: limitsOf($state.snapshot(this.limits)),
        intervalS: this.intervalS,
        timeoutMs: this.timeoutMs,
        collectorIds: this.collectorIds,
        ...this.#secrets(),
      }
      const place = placeOf(this.linked, this.regionId)
      const moves = this.check && isMoved(this.check, this.linked, this.regionId)
      saved = this.check
        ? await api.patch<Check>(`/checks/${this.check.id}`, { ...settings, ...(moves && place) })
        : await api.post<Check>('/checks', { ...settings, ...place })
    })
    return saved
  }

  #secrets(): Pick<NewCheck, 'snmp' | 'ssh'> {
    const { username, password, privateKey } = this.secret
    const snmp = this.credential === 'snmp' ? snmpOf($state.snapshot(this.snmp)) : null
    if (snmp) return { snmp }
    if (this.credential !== 'ssh' || !username) return {}
    return { ssh: { username, ...(password && { password }), ...(privateKey && { privateKey }) } }
  }

  async #do(what: 'trying' | 'saving', act: () => Promise<void>) {
    this.busy = what
    this.problem = null
    try {
      await act()
    } catch (refused) {
      const why = refused instanceof ApiProblem ? problemText(refused) : (refused as Error).message
      this.problem = what === 'trying' ? t('checks.form.tryFailed', { why }) : why
    } finally {
      this.busy = null
    }
  }
}

async function withinPatience(ended: Promise<Job>): Promise<Job> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(t('checks.form.noAnswer'))), patienceMs)
  })
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}
