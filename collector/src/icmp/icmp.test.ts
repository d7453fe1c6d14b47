import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { lost } from './fping-output.ts'
import { fping, IcmpError } from './fping.ts'
import { Icmp } from './icmp.ts'

const { PATH } = process.env
const cleanups: (() => unknown)[] = []
afterEach(() => {
  process.env.PATH = PATH
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

/** Puts a script in fping's place. */
function fakeFping(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-fping-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'fping'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'fping'), 0o755)
  process.env.PATH = `${folder}${delimiter}${PATH}`
}

const hasFping = (() => {
  try {
    execFileSync('fping', ['-q', '-c1', '127.0.0.1'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.runIf(hasFping)('real echoes', () => {
  it('answer, or are lost, each in its place', async () => {
    const [local, nowhere, six, name] = await fping(['127.0.0.1', '240.0.0.1', '127.9.9.9', 'localhost'], 300)
    expect(local).toBeGreaterThan(0)
    expect(nowhere).toBe(lost)
    expect(six).toBeGreaterThan(0)
    expect(name).toBeNaN()
  })

  it('to ten thousand addresses come back, but for what a busy host drops; that comes back when asked again', async () => {
    const addresses = Array.from({ length: 10_000 }, (_, i) => `127.1.${i >> 8}.${i & 255}`)
    const icmp = new Icmp({ timeoutMs: 2_000 })
    const unanswered = async (asked: string[]) => {
      const rttMs = await icmp.round(asked)
      return asked.filter((_, i) => !(rttMs[i]! >= 0 && rttMs[i]! < lost))
    }
    const dropped = await unanswered(addresses)
    expect(dropped.length).toBeLessThan(100)
    expect(await unanswered(dropped)).toEqual([])
  })

  it('to one address by many are one echo', async () => {
    const asked: number[] = []
    const icmp = new Icmp({
      ask: (addresses, timeoutMs) => {
        asked.push(addresses.length)
        return fping(addresses, timeoutMs)
      },
    })
    const hosts = ['localhost', '127.0.0.2', '127.0.0.1', '127.0.0.2']
    const answers = await Promise.all(hosts.map((one) => icmp.echo(one)))
    expect(answers.every((rttMs) => rttMs !== null && rttMs > 0)).toBe(true)
    expect([asked.length, asked[0], [...(await icmp.round(['no-such-host.invalid']))]]).toEqual([
      1,
      asked[0],
      [NaN],
    ])
    expect(asked[0]).toBeLessThanOrEqual(3) // localhost may be ::1
  })
})

describe('a host that does not let us ask', () => {
  it.each<[name: string, script: string, code: string, word: string]>([
    [
      'forbids it',
      'echo "fping: can\'t create socket (must run as root?) : Operation not permitted" >&2; exit 4',
      'icmp-forbidden',
      'setcap cap_net_raw+ep',
    ],
    ['has an fping of another kind', 'echo "unknown option" >&2; exit 3', 'icmp-failed', 'unknown option'],
    ['kills it', 'kill -9 $$', 'icmp-failed', 'exit status null'],
    ['drowns us', 'yes 240.0.0.1 >&2', 'icmp-failed', '240.0.0.1'],
  ])('%s: an error, not a loss', async (_, script, code, word) => {
    fakeFping(script)
    const error = await new Icmp().echo('127.0.0.1').catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(IcmpError)
    expect(error).toMatchObject({ code, message: expect.stringContaining(word) as string })
  })

  it('has no fping', async () => {
    process.env.PATH = '/nonexistent'
    await expect(new Icmp().round(['127.0.0.1'])).rejects.toMatchObject({ code: 'icmp-missing' })
  })

  it('leaves out one address: that one is unknown', async () => {
    fakeFping('cat >/dev/null; echo "10.0.0.1 : 1.5" >&2; exit 2')
    const icmp = new Icmp()
    const [first, second] = await Promise.allSettled([icmp.echo('10.0.0.1'), icmp.echo('10.0.0.2')])
    expect(first).toEqual({ status: 'fulfilled', value: 1.5 })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'icmp-failed' } })
  })

  it('is told once, left alone for a minute, and asked again', async () => {
    let nowMs = 0
    let asked = 0
    let isForbidden = true
    const faults: (string | null)[] = []
    const icmp = new Icmp({
      monotonicMs: () => nowMs,
      onFault: (fault) => faults.push(fault && fault.code),
      ask: (addresses) => {
        asked++
        if (isForbidden) return Promise.reject(new IcmpError('icmp-forbidden', 'no'))
        return Promise.resolve(new Float64Array(addresses.length))
      },
    })
    const ask = () => icmp.round(['10.0.0.1']).catch((error: IcmpError) => error.code)
    expect([await ask(), await ask(), asked, icmp.fault?.code]).toEqual([
      'icmp-forbidden',
      'icmp-forbidden',
      1,
      'icmp-forbidden',
    ])
    nowMs = 60_000
    isForbidden = false
    expect([...(await ask())]).toEqual([0])
    expect([faults, icmp.fault]).toEqual([['icmp-forbidden', null], null])
  })
})
