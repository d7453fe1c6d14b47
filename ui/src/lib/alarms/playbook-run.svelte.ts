import type { Job, NewRun, Playbook, SshCredentialInput } from '@zongheng/server/api.ts'
import { api, ApiProblem } from '../api/client.ts'
import { live } from '../live.svelte.ts'

const ended: readonly Job['state'][] = ['done', 'failed', 'cancelled']

/** A playbook started from an alarm: asked for, followed to its end, its transcript read. */
export class PlaybookRun {
  playbooks = $state.raw<Playbook[]>([])
  job = $state.raw<Job | null>(null)
  /** Why it did not start. */
  problem = $state.raw<unknown>(null)
  busy = $state(false)
  under = $derived(this.job !== null && !ended.includes(this.job.state))
  needsCredential = $derived(this.problem instanceof ApiProblem && this.problem.code === 'no-ssh-credential')

  /** Loads what may be run, and follows the job; call the returned function to stop. */
  follow(): () => void {
    void this.#try(async () => {
      this.playbooks = (await api.get<{ items: Playbook[] }>('/playbooks')).items.filter((p) => p.readOnly)
    })
    const stops = [
      live.on('job', ({ id }) => id === this.job?.id && void this.#read(id)),
      live.on('reconnected', () => this.job && void this.#read(this.job.id)),
    ]
    return () => stops.forEach((stop) => stop())
  }

  start(run: NewRun) {
    return this.#try(async () => {
      this.job = null
      this.job = await api.post<Job>('/runs', run)
      // It may have moved on before anybody listened.
      await this.#read(this.job.id)
    })
  }

  /** Keeps how to sign in on the device, and starts. */
  startWith(credential: SshCredentialInput, run: NewRun) {
    return this.#try(async () => {
      await api.put<void>(`/devices/${run.deviceId}/ssh-credential`, credential)
      await this.start(run)
    })
  }

  cancel() {
    const { job } = this
    return job ? this.#try(async () => void (this.job = await api.post<Job>(`/jobs/${job.id}/cancel`))) : null
  }

  async #read(id: string) {
    this.job = await api.get<Job>(`/jobs/${id}`)
  }

  async #try(act: () => Promise<void>) {
    this.busy = true
    try {
      this.problem = null
      await act()
    } catch (problem) {
      this.problem = problem
    } finally {
      this.busy = false
    }
  }
}
