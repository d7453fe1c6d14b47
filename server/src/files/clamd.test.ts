import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foundName, hasClamd, infected, startClamd, streamAtMost } from './clamd-testing.ts'
import { askClamd, pingClamd } from './clamd.ts'

if (!hasClamd() && process.env.CI) throw new Error('clamav-daemon is needed')

describe.skipIf(!hasClamd())('a real clamd', () => {
  let clamd: Awaited<ReturnType<typeof startClamd>>
  beforeAll(async () => {
    clamd = await startClamd()
  })
  afterAll(() => clamd.stop())

  const ask = (content: Buffer, where = clamd.url) => {
    const [half, rest] = [content.subarray(0, content.length / 2), content.subarray(content.length / 2)]
    return askClamd(where, Readable.from([half, rest]))
  }

  it('says that it is there', async () => {
    await pingClamd(clamd.url)
    await pingClamd(clamd.socket)
  })

  it('finds what it knows in a stream, and nothing in others', async () => {
    expect(await ask(infected)).toEqual({ scan: 'infected', found: foundName })
    expect(await ask(infected, clamd.socket)).toEqual({ scan: 'infected', found: foundName })
    expect(await ask(Buffer.from('a photo of a switch'))).toEqual({ scan: 'clean' })
    expect(await ask(Buffer.alloc(0))).toEqual({ scan: 'clean' })
  })

  it('says that it could not when a stream is longer than it takes', async () => {
    await expect(ask(Buffer.alloc(2 * streamAtMost, 1))).rejects.toThrow()
    expect(await ask(Buffer.from('the next one'))).toEqual({ scan: 'clean' })
  })
})
