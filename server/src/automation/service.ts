import type { SshCredential } from '@zongheng/collector/contract.ts'
import type { Static } from 'typebox'
import { PlanError, planPlaybook } from '@zongheng/playbooks/plan.ts'
import type { Playbook } from '@zongheng/playbooks/playbook.ts'
import { loadLibrary } from '@zongheng/playbooks/library.ts'
import { platformOf } from '@zongheng/playbooks/platforms.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { DeviceModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import { conflict, notFound, unprocessable, invalid } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import { outcomeOf, Jobs, type JobOutcome, type JobsDeps } from './jobs.ts'
import type { Job, NewRun, PlaybookList, SshCredentialInput } from './schema.ts'
import type { JobRow } from './store.ts'
import { transcriptText } from './transcript.ts'

export interface AutomationDeps extends Omit<JobsDeps, 'ended'> {
  identity: IdentityService
  estate: EstateService
  desk: DeskService
}

/** Playbooks run on devices by people, and what came of it. */
export class AutomationService {
  readonly jobs: Jobs
  readonly #deps: AutomationDeps
  #library: Promise<ReadonlyMap<string, Playbook>> | null = null

  constructor(deps: AutomationDeps) {
    this.#deps = deps
    this.jobs = new Jobs({ ...deps, ended: (tx, job, outcome) => this.#noteOnTicket(tx, job, outcome) })
  }

  /** Fails when a shipped playbook is not sound. */
  async start(): Promise<void> {
    await this.#playbooks()
    await this.jobs.open()
  }

  stop(): void {
    this.jobs.close()
  }

  async playbooks(): Promise<Static<typeof PlaybookList>['items']> {
    return [...(await this.#playbooks()).values()].map(({ name, title, readOnly }) => ({
      name,
      title,
      readOnly,
    }))
  }

  /** Starts a playbook on a device; refuses with what is missing. */
  async run(viewer: Viewer, run: NewRun): Promise<Job> {
    const { estate, desk } = this.#deps
    const playbook = (await this.#playbooks()).get(run.playbook)
    if (!playbook) throw notFound('playbook')
    const device = await this.#device(viewer, run.deviceId)
    if (device.collectorId === null) throw noCollector(device)
    const platform = platformOf(device)
    if (platform === null) throw platformUnknown(device)
    const inputs = run.inputs ?? {}
    mustPlan(() => planPlaybook(playbook, platform, inputs))
    const ssh = await estate.sshCredentialOf(device.id)
    if (!ssh) throw noSshCredential(device)
    const { alarmId = null } = run
    const ofAlarm = alarmId === null ? undefined : (await desk.ticketOfAlarms([alarmId])).get(alarmId)
    const ticketId = run.ticketId ?? ofAlarm?.id ?? null
    if (ticketId !== null) await desk.mustWorkOn(viewer, ticketId)
    const id = await this.jobs.start({
      kind: 'playbook',
      deviceId: device.id,
      collectorId: device.collectorId,
      about: { name: device.name, regionId: device.regionId },
      address: device.address,
      port: ssh.port,
      ssh: ssh.credential,
      playbook: playbook.name,
      platform,
      inputs,
      startedBy: viewer.userId,
      alarmId,
      ticketId,
    })
    return this.job(viewer, id)
  }

  /** A job on a device within the viewer's scope, or one that they started. */
  async job(viewer: Viewer, id: string): Promise<Job> {
    return this.#view(await this.#seen(viewer, id))
  }

  /** Throws `job-ended` when there is nothing left to cancel. */
  async cancel(viewer: Viewer, id: string): Promise<Job> {
    await this.#seen(viewer, id)
    if (!(await this.jobs.cancel(id)))
      throw conflict('job-ended', { zh: '任务已结束', en: 'The job has ended' })
    return this.job(viewer, id)
  }

  async setSshCredential(viewer: Viewer, deviceId: string, input: SshCredentialInput): Promise<void> {
    const { port = 22, ...credential } = input
    if (credential.password === undefined && credential.privateKey === undefined)
      throw invalid([
        { path: '/password', code: 'required', message: 'a password or a private key is required' },
      ])
    await this.#deps.estate.setSshCredential(viewer, deviceId, credential satisfies SshCredential, port)
  }

  #playbooks(): Promise<ReadonlyMap<string, Playbook>> {
    return (this.#library ??= loadLibrary())
  }

  async #device(viewer: Viewer, id: string): Promise<DeviceModel> {
    const { estate } = this.#deps
    await estate.device(viewer, id) // the scope
    const device = (await estate.model()).devices.get(id)
    if (!device) throw notFound('device')
    return device
  }

  async #seen(viewer: Viewer, id: string): Promise<JobRow> {
    const row = await this.jobs.find(id)
    if (!row) throw notFound('job')
    const inScope =
      row.device_id !== null && (await this.#deps.estate.visible(viewer, [row.device_id])).size > 0
    if (!inScope && row.started_by !== viewer.userId) throw notFound('job')
    return row
  }

  async #view(row: JobRow): Promise<Job> {
    const { estate, identity } = this.#deps
    const devices = (await estate.model()).devices
    const people = await identity.namesOf(row.started_by === null ? [] : [row.started_by])
    const { state, error, result } = outcomeOf(row)
    const ref = (id: string | null, name: string | undefined) =>
      id === null ? null : { id, name: name ?? id }
    return {
      id: row.id,
      kind: row.kind,
      state,
      device: ref(row.device_id, devices.get(row.device_id ?? '')?.name),
      playbook: row.playbook,
      startedBy: ref(row.started_by, people.get(row.started_by ?? '')),
      createdAt: row.created_at,
      endedAt: row.ended_at,
      error,
      check: result?.kind === 'check' ? { outcome: result.outcome, metrics: result.metrics } : null,
      transcript: result?.kind === 'playbook' ? result.transcript : [],
    }
  }

  /** A playbook's end is a line of its ticket, with the transcript. */
  async #noteOnTicket(tx: Db, job: JobRow, { state, error, result }: JobOutcome): Promise<string[]> {
    if (job.kind !== 'playbook' || job.ticket_id === null) return []
    const values = {
      jobId: job.id,
      playbook: job.playbook,
      deviceId: job.device_id,
      outcome: state,
      code: error?.code ?? null,
      error: error?.text ?? null,
    }
    const text = result?.kind === 'playbook' ? transcriptText(result.transcript) : null
    const entry = {
      kind: 'playbook',
      visibility: 'internal',
      authorId: job.started_by,
      text,
      values,
    } as const
    await this.#deps.desk.note(tx, job.ticket_id, entry)
    return [job.ticket_id]
  }
}

function mustPlan(plan: () => unknown): void {
  try {
    plan()
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    const field = error.code.startsWith('input')
      ? [{ path: `/inputs/${error.subject}`, code: error.code, message: error.message }]
      : undefined
    throw unprocessable(error.code, error.message, field)
  }
}

const noSshCredential = ({ name }: DeviceModel) =>
  unprocessable('no-ssh-credential', {
    zh: `${name} 还没有 SSH 登录凭据：请在设备页面“SSH 凭据”中填写用户名和密码或私钥`,
    en: `${name} has no SSH credential yet: enter a user name and a password or private key on the device's page`,
  })

const platformUnknown = ({ name, vendor, os }: DeviceModel) =>
  unprocessable('platform-unknown', {
    zh: `不知道 ${name} 的命令行类型（厂商 ${vendor || '未知'}，系统 ${os || '未知'}）`,
    en: `The command line of ${name} is not known (vendor ${vendor || 'unknown'}, system ${os || 'unknown'})`,
  })

const noCollector = ({ name }: DeviceModel) =>
  unprocessable('no-collector', { zh: `${name} 还没有分配采集器`, en: `${name} has no collector` })
