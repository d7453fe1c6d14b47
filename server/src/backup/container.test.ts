import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chunkLength, headerLength, isSealed, opened, sealed, type Derive } from './container.ts'
import { BackupProblem } from './problem.ts'

/** The real one takes a good part of a second by intent; the first test has it. */
const quick: Derive = async (passphrase, salt) =>
  createHash('sha512').update(passphrase).update(salt).digest()

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zongheng-container-'))
  file = join(folder, 'sealed')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function* inParts(text: Buffer, size = 10_000) {
  for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size)
}
async function collected(octets: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks = []
  for await (const chunk of octets) chunks.push(chunk)
  return Buffer.concat(chunks)
}
const seal = async (text: Buffer, derive?: Derive) =>
  collected(sealed(inParts(text), 'correct horse', derive))
const codeOf = (error: unknown) => (error instanceof BackupProblem ? error.code : String(error))
const open = async (passphrase = 'correct horse', derive = quick) =>
  collected(opened(file, passphrase, derive)).catch(codeOf)

describe('an encrypted file', () => {
  it('opens with its passphrase, not with another', { timeout: 30_000 }, async () => {
    const text = randomBytes(1000)
    writeFileSync(file, await seal(text, undefined))
    expect(await isSealed(file)).toBe(true)
    expect(readFileSync(file).includes(text.subarray(0, 16))).toBe(false)
    expect(await collected(opened(file, 'correct horse'))).toEqual(text)
    expect(await collected(opened(file, 'correct hors')).catch(codeOf)).toBe('wrong-passphrase')
  })

  it.each([0, 1, chunkLength - 1, chunkLength, chunkLength + 1, 3 * chunkLength, 3 * chunkLength + 17])(
    'gives back %i octets',
    async (length) => {
      const text = randomBytes(length)
      writeFileSync(file, await seal(text, quick))
      expect(await open()).toEqual(text)
    },
  )

  it('is found out wherever a bit is flipped', async () => {
    const whole = await seal(randomBytes(2 * chunkLength + 100), quick)
    const edges = [0, 8, 9, 24, 25, 31, 32, headerLength - 1, headerLength, whole.length - 1]
    const chunks = [1, 2].map((n) => headerLength + n * (chunkLength + 16))
    const anywhere = Array.from({ length: 200 }, (_, i) => Math.floor((whole.length * i) / 200))
    for (const at of [...edges, ...chunks, ...chunks.map((c) => c - 1), ...anywhere]) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1 << (at % 8)
      writeFileSync(file, changed)
      // In the magic it is no longer taken for an encrypted file at all.
      expect(await open(), `octet ${at}`).toBe(at < headerLength ? 'wrong-passphrase' : 'sealed-changed')
    }
  })

  it('is found out wherever it is cut off', async () => {
    const whole = await seal(randomBytes(2 * chunkLength + 100), quick)
    const boundaries = [0, 1, 2].map((n) => headerLength + n * (chunkLength + 16))
    const anywhere = Array.from({ length: 100 }, (_, i) => Math.floor((whole.length * i) / 100))
    for (const length of [...boundaries, ...anywhere]) {
      writeFileSync(file, whole.subarray(0, length))
      expect(await open(), `${length} octets`).toBe(
        length < headerLength ? 'wrong-passphrase' : 'sealed-changed',
      )
    }
  })

  it.each([
    ['two chunks change places', ([header, a, b, rest]: Buffer[]) => [header!, b!, a!, rest!]],
    ['a chunk is left out', ([header, , b, rest]: Buffer[]) => [header!, b!, rest!]],
    ['a chunk comes twice', ([header, a, b, rest]: Buffer[]) => [header!, a!, a!, b!, rest!]],
    ['something is added', (parts: Buffer[]) => [...parts, Buffer.from('x')]],
  ])('is found out when %s', async (_, change) => {
    const whole = await seal(randomBytes(2 * chunkLength + 100), quick)
    const [one, two, three] = [0, 1, 2].map((n) => headerLength + n * (chunkLength + 16))
    const parts = [
      whole.subarray(0, one),
      whole.subarray(one, two),
      whole.subarray(two, three),
      whole.subarray(three),
    ]
    writeFileSync(file, Buffer.concat(change(parts)))
    expect(await open()).toBe('sealed-changed')
  })
})
