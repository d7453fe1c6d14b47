import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Job, JobProgress } from '../contract.ts'
import { Jobs, type JobFact, type JobRunners } from './jobs.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const poll = (id: string): Job => ({ id, kind: 'poll', deviceId: 'dev_1' })
const unused = () => Promise.reject(new Error('not in this test'))

async function newJobs(runners: Partial<JobRunners>, folder = newFolder()) {
  const facts: JobFact[] = []
  const told: JobProgress[] = []
  const jobs = await Jobs.open({
    file: join(folder, 'jobs.json'),
    runners: {
      poll: unused,
      discover: unused,
      identify: unused,
      playbook: unused,
      check: unused,
      sweep: unused,
      ...runners,
    },
    onFact: (fact) => facts.push(fact),
    onProgress: (progress) => told.push(progress),
    onError: (error) => {
      throw error
    },
    now: () => 1000,
  })
  cleanups.push(() => jobs.close())
  return { jobs, facts, told, folder }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-jobs-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const coded = (code: string) => Object.assign(new Error('gave no answer'), { code })

describe('a job', () => {
  it.each<[string, JobRunners['poll'], Partial<JobFact>]>([
    [
      'that works is done',
      () => Promise.resolve({ result: { kind: 'poll' } }),
      { outcome: 'done', result: { kind: 'poll' } },
    ],
    [
      'that fails says why',
      () => Promise.reject(coded('timeout')),
      { outcome: 'failed', error: { code: 'timeout', text: 'gave no answer' } },
    ],
    [
      'that breaks is internal',
      () => Promise.reject(new Error('oh')),
      { outcome: 'failed', error: { code: 'internal', text: 'oh' } },
    ],
  ])('%s', async (_name, runner, expected) => {
    const { jobs, facts } = await newJobs({ poll: runner })
    jobs.start(poll('job_1'))
    await expect.poll(() => facts).toMatchObject([{ kind: 'job', jobId: 'job_1', atMs: 1000, ...expected }])
  })

  it('runs once, however often it is asked for, across a restart too', async () => {
    let runs = 0
    const runner = () => Promise.resolve((runs++, { result: { kind: 'poll' as const } }))
    const first = await newJobs({ poll: runner })
    first.jobs.start(poll('job_1'))
    first.jobs.start(poll('job_1'))
    await expect.poll(() => first.facts.length).toBe(1)
    first.jobs.start(poll('job_1'))
    await first.jobs.close()
    const second = await newJobs({ poll: runner }, first.folder)
    second.jobs.start(poll('job_1'))
    expect([runs, first.facts.length, second.facts]).toEqual([1, 2, [first.facts[0]]])
  })

  it('that is cancelled ends at once, and tells what it did until then', async () => {
    const { jobs, facts, told } = await newJobs({
      poll: (_job, _signal, tell) => {
        tell('half way')
        return new Promise(() => {})
      },
    })
    jobs.start(poll('job_1'))
    await expect.poll(() => told).toEqual([{ jobId: 'job_1', at: 1000, text: 'half way' }])
    jobs.cancel('job_1')
    await expect.poll(() => facts).toMatchObject([{ jobId: 'job_1', outcome: 'cancelled' }])
  })

  it('that was cancelled by our own end is not told: the server asks again', async () => {
    const { jobs, facts } = await newJobs({ poll: () => new Promise(() => {}) })
    jobs.start(poll('job_1'))
    await jobs.close()
    expect(facts).toEqual([])
  })

  it('of a kind that only a newer collector knows is refused', async () => {
    const { jobs, facts } = await newJobs({})
    jobs.start({ id: 'job_1', kind: 'dance' } as unknown as Job)
    await expect.poll(() => facts).toMatchObject([{ outcome: 'failed', error: { code: 'unsupported' } }])
  })
})
