import { api } from '#lib/api/client.ts'
import { jobEnd } from '#lib/job-end.ts'

/** Asks devices to be polled at once, and waits for the answer of each. */
export class ProbeNow {
  busy = $state(false)

  /** Resolves when every poll has ended: with the text of the first failure, null when all went well. */
  async run(deviceIds: readonly string[]): Promise<string | null> {
    this.busy = true
    try {
      const results = await Promise.all([...new Set(deviceIds)].map(poll))
      return results.find((failure) => failure !== null) ?? null
    } finally {
      this.busy = false
    }
  }
}

async function poll(deviceId: string): Promise<string | null> {
  const { jobId } = await api.post<{ jobId: string }>(`/devices/${deviceId}/poll`)
  const job = await jobEnd(jobId)
  return job.state === 'done' ? null : (job.error?.text ?? job.state)
}
