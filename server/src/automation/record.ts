/** What the audit trail is told of jobs. */
import type { Actor } from '../audit/actor.ts'
import type { Change } from '../audit/change.ts'
import type { JobOutcome } from './jobs.ts'
import { deviceOf, paramsOf, type JobSubject, type NewJob } from './new-job.ts'
import type { JobRow } from './store.ts'

/** Who asked for what; and that a secret leaves the safe, where one does. */
export function started(id: string, job: NewJob): Change[] {
  const { collectorId, about } = job
  const deviceId = deviceOf(job)
  const entity = deviceId === null ? { type: 'job', id, name: about.name } : { type: 'device', id: deviceId, name: about.name } // prettier-ignore
  const { about: _about, ...params } = paramsOf(job)
  const playbook = job.kind === 'playbook' ? { playbook: job.playbook } : {}
  const { regionId } = about
  const asked = {
    action: `automation.${job.kind}-started`,
    entity,
    regionId,
    after: { jobId: id, collectorId, ...playbook, ...params },
  }
  if (job.kind !== 'playbook') return [asked]
  const used = { jobId: id, collectorId, credential: 'ssh', username: job.ssh.username }
  return [asked, { action: 'estate.secret-used', entity, regionId, after: used }]
}

/** How it ended. What a playbook did is the playbook's, whoever reports it. */
export function ended(row: JobRow, { state, error, result }: JobOutcome): Change[] {
  const about = (JSON.parse(row.params) as { about?: JobSubject }).about
  const entity = { type: row.device_id === null ? 'job' : 'device', id: row.device_id ?? row.id, name: about?.name ?? row.id } // prettier-ignore
  const regionId = about?.regionId ?? null
  const before = { state: row.state }
  if (state === 'cancelled')
    return [{ action: 'automation.job-cancelled', entity, regionId, before, after: { jobId: row.id, state } }]
  if (row.kind !== 'playbook') return []
  const commands = result?.kind === 'playbook' ? result.transcript.map(({ command }) => command) : []
  const after = { jobId: row.id, state, error: error?.code ?? null, commands }
  return [{ action: 'automation.playbook-ended', entity, regionId, before, after, actor: playbookOf(row) }]
}

const playbookOf = (row: JobRow): Actor => ({
  kind: 'playbook',
  id: row.id,
  name: row.playbook ?? '',
  address: null,
  requestId: null,
  reason: null,
})
