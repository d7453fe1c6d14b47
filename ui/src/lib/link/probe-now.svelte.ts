import type { Job } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { live } from '#lib/live.svelte.ts'

const ended: readonly string[] = ['done', 'failed', 'cancelled']

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

/** The job once it has ended: asked for at first, and again at each word of it. */
async function jobEnd(id: string): Promise<Job> {
  let wake: () => void = () => undefined
  let news = false
  const heard = () => {
    news = true
    wake()
  }
  const stops = [live.on('job', (job) => job.id === id && heard()), live.on('reconnected', heard)]
  try {
    for (;;) {
      news = false
      const job = await api.get<Job>(`/jobs/${id}`)
      if (ended.includes(job.state)) return job
      if (!news) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stops.forEach((stop) => stop())
  }
}
