import { api } from '#lib/api/client.ts'
import { jobEnd } from '#lib/job-end.ts'

/** Has devices polled, or discovered, at once, and waits for the answer of each. */
export class ProbeNow {
  busy = $state(false)

  /** Resolves when all have been looked at: with the text of the first failure, null when all went well. */
  async run(deviceIds: readonly string[], how: 'poll' | 'discover' = 'poll'): Promise<string | null> {
    this.busy = true
    try {
      const results = await Promise.all([...new Set(deviceIds)].map((id) => look(id, how)))
      return results.find((failure) => failure !== null) ?? null
    } finally {
      this.busy = false
    }
  }
}

async function look(deviceId: string, how: string): Promise<string | null> {
  const { jobId } = await api.post<{ jobId: string }>(`/devices/${deviceId}/${how}`)
  const job = await jobEnd(jobId)
  return job.state === 'done' ? null : (job.error?.text ?? job.state)
}
