import type { Job } from '@zongheng/server/api.ts'
import { api } from './api/client.ts'
import { live } from './live.svelte.ts'

const ended: readonly string[] = ['done', 'failed', 'cancelled']

/** The job once it has ended: asked for at first, and again at each word of it. */
export async function jobEnd(id: string): Promise<Job> {
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
