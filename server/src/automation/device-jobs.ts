import type { DeviceJobs, IdentifyAnswer, IdentifyRequest } from '../estate/device-service.ts'
import type { Jobs } from './jobs.ts'

const identifyMs = 20_000

/** What the estate asks of collectors. */
export function deviceJobs(jobs: Jobs): DeviceJobs {
  return {
    identify: (request) => identify(jobs, request),
    look: (kind, { id: deviceId, ...about }, collectorId, startedBy) =>
      jobs.start({ kind, deviceId, collectorId, about, startedBy }),
  }
}

async function identify(jobs: Jobs, { regionId, ...request }: IdentifyRequest): Promise<IdentifyAnswer> {
  const about = { name: `${request.address}:${request.port}`, regionId }
  const id = await jobs.start({ kind: 'identify', about, ...request })
  const outcome = await jobs.wait(id, identifyMs)
  if (outcome === null) {
    const taken = (await jobs.find(id))?.state === 'running'
    await jobs.cancel(id)
    const text = `no answer within ${identifyMs / 1000} s`
    return taken
      ? { ok: false, code: 'timeout', text }
      : { ok: false, code: 'collector-away', text: `the collector: ${text}` }
  }
  const { result, error } = outcome
  if (result?.kind === 'identify') return { ok: true, ...result }
  return { ok: false, code: error?.code ?? 'internal', text: error?.text ?? '' }
}
