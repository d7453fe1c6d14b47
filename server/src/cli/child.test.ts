import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { Child, firstLine } from './child.ts'

interface Ready {
  pid: number
  given: string | null
}

const script = fileURLToPath(new URL('fixtures/child.ts', import.meta.url))
let child: Child<Ready>
afterEach(() => child.stop(100))

/** A child, and a queue of the times it became ready. */
function watched(mode = 'plain', env?: () => Record<string, string>) {
  const starts: Ready[] = []
  const waiting: (() => void)[] = []
  const reports: string[] = []
  child = new Child<Ready>(
    {
      name: 'test',
      script,
      args: () => [mode],
      ...(env ? { env } : {}),
      ready: async (process) => {
        const ready = await firstLine<Ready>(process)
        starts.push(ready)
        waiting.splice(0).forEach((wake) => wake())
        return ready
      },
    },
    (line) => reports.push(line),
  )
  const started = async (times: number) => {
    while (starts.length < times) await new Promise<void>((resolve) => waiting.push(resolve))
    return starts[times - 1]!
  }
  return { started, starts, reports }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a child process', () => {
  it('is started again when it is killed, with what it is to be given then', async () => {
    let port = 0
    const { started, reports } = watched('plain', () => ({ GIVEN: String(port) }))
    const first = await child.start()
    expect(first.given).toBe('0')
    port = 7
    process.kill(first.pid, 'SIGKILL')
    const second = await started(2)
    expect(second).toMatchObject({ given: '7' })
    expect(second.pid).not.toBe(first.pid)
    expect(reports).toEqual(['test ended (SIGKILL), starting it again'])
  })

  it('is not started again once it was stopped', async () => {
    const { starts, reports } = watched()
    const { pid } = await child.start()
    await child.stop(5000)
    expect(alive(pid)).toBe(false)
    expect(starts).toHaveLength(1)
    expect(reports).toEqual([])
  })

  it('is killed when it does not heed SIGTERM', async () => {
    watched('stubborn')
    const { pid } = await child.start()
    await child.stop(200)
    expect(alive(pid)).toBe(false)
  })

  it('leaves Ctrl-C to its parent', async () => {
    watched()
    const { pid } = await child.start()
    process.kill(pid, 'SIGINT')
    await child.stop(5000)
    expect(alive(pid)).toBe(false)
  })

  it('says so when it cannot start', async () => {
    watched('broken')
    await expect(child.start()).rejects.toThrow('test ended while starting (code 3)')
  })
})
