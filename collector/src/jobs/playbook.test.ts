import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KnownHosts } from '@zongheng/playbooks/known-hosts.ts'
import { hasSshd, startSshd, type Sshd } from '@zongheng/playbooks/sshd.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealFor, type Job } from '../contract.ts'
import { newSealingKeys } from '../seal.ts'
import type { JobEnd } from './jobs.ts'
import { jobRunners, type RunnerParts } from './runners.ts'

const keys = newSealingKeys()
const dataFolder = mkdtempSync(join(tmpdir(), 'zongheng-playbook-'))
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }))
/** A playbook needs neither the poller nor the engine. */
const hosts = new KnownHosts(join(dataFolder, 'known-hosts.json'))
const { playbook } = jobRunners({ hosts, keys } as RunnerParts)

describe.runIf(hasSshd)('a playbook job, against sshd', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd.stop())

  const run = (
    changes: Partial<Extract<Job, { kind: 'playbook' }>> = {},
  ): Promise<{ end: JobEnd; told: string[] }> => {
    const told: string[] = []
    const ssh = sealFor(keys.publicKey, { username: sshd.username, privateKey: sshd.privateKey })
    const job = {
      id: 'job_1',
      kind: 'playbook' as const,
      deviceId: 'dev_1',
      address: '127.0.0.1',
      port: sshd.port,
      ssh,
      playbook: 'collect-diagnostics',
      platform: 'linux',
      inputs: {},
      ...changes,
    }
    return playbook(job, new AbortController().signal, (text) => told.push(text)).then((end) => ({
      end,
      told,
    }))
  }

  it('runs, tells each command, and hands back the transcript', async () => {
    const { end, told } = await run()
    expect(end).toMatchObject({ outcome: 'done', result: { kind: 'playbook' } })
    const transcript = end.result?.kind === 'playbook' ? end.result.transcript : []
    expect(transcript.find(({ command }) => command === 'uname -a')?.output).toContain('Linux')
    expect(told[0]).toMatch(/^1\/\d+ /)
    expect(told).toHaveLength(transcript.length)
  })

  it.each([
    ['an unknown playbook', { playbook: 'no-such' }, 'unknown-playbook'],
    ['an unknown command line', { platform: 'no-such' }, 'unknown-platform'],
  ])('%s says so', async (_name, changes, code) => {
    await expect(run(changes)).rejects.toMatchObject({ code })
  })

  it('a device that refuses the key is a failure, with its reason', async () => {
    const ssh = sealFor(keys.publicKey, { username: sshd.username, password: 'wrong' })
    expect((await run({ ssh })).end).toMatchObject({ outcome: 'failed', error: { code: 'authentication' } })
  })
})
