import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { releaseChunkBytes, type ReleaseChunk, type ReleaseOffer } from '../contract.ts'
import { becomeGood } from './trial.ts'
import { Upgrader, type UpgraderOptions } from './upgrader.ts'

/** On a busy machine what takes a blink takes a while. */
const until = (holds: () => unknown) => vi.waitFor(holds, { timeout: 20_000 })

let work: string
let folder: string
let archive: Buffer
let offer: ReleaseOffer
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'zongheng-upgrade-'))
  folder = join(work, 'data/releases')
  archive = packed('2.0.0', 'b')
  offer = offerOf(archive)
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

/** A small release with ballast that does not compress: it takes several pieces. */
function packed(version: string, build: string, name = 'zongheng-collector'): Buffer {
  const top = join(work, `${name}-${version}`)
  const files = {
    'app/release.json': JSON.stringify({ name, version, build, platform: 'linux-x64' }),
    'app/node_modules/.bin/node': '',
    'app/collector/src/main.ts': '',
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), content)
  }
  writeFileSync(
    join(top, 'app/ballast'),
    execFileSync('head', ['-c', `${4 * releaseChunkBytes}`, '/dev/urandom']),
  )
  execFileSync('tar', ['-czf', `${top}.tar.gz`, '-C', work, `${name}-${version}`])
  return readFileSync(`${top}.tar.gz`)
}

const offerOf = (octets: Buffer): ReleaseOffer => ({
  release: '2.0.0-b',
  platform: 'linux-x64',
  bytes: octets.length,
  sha256: createHash('sha256').update(octets).digest('hex'),
})

interface Serving {
  asked: number[]
  ask: (release: string, offset: number) => Promise<ReleaseChunk>
}

/** A server that answers so often, and then is gone. */
function serving(octets: Buffer, answers = Infinity): Serving {
  const asked: number[] = []
  return {
    asked,
    ask: async (_release, offset) => {
      if (asked.push(offset) > answers) throw new Error('the line is lost')
      return { ok: true, data: octets.subarray(offset, offset + releaseChunkBytes) }
    },
  }
}

function upgrader({ ask }: Pick<Serving, 'ask'>, over: Partial<UpgraderOptions> = {}) {
  const [ready, failed, errors] = [[] as string[], [] as string[], [] as string[]]
  const one = new Upgrader({
    launch: { folder, release: '1.0.0-a', isTrial: false, heldMs: 0, base: '1.0.0-a' },
    platform: 'linux-x64',
    server: 'https://zongheng.example',
    ask,
    bytesPerS: () => Infinity,
    onReady: (release) => ready.push(release),
    onFailed: (reason) => failed.push(reason),
    onError: ({ message }) => errors.push(message),
    ...over,
  })
  return { one, ready, failed, errors }
}

describe('a release that the server offers', () => {
  it('is fetched, unpacked and set on trial', async () => {
    const server = serving(archive)
    const { one, ready, failed } = upgrader(server)
    one.setOnline(true)
    await one.take(offer)
    await until(() => expect(ready).toEqual(['2.0.0-b']))
    expect(failed).toEqual([])
    expect(readFileSync(join(folder, 'trial'), 'utf8')).toBe('2.0.0-b\n')
    expect(existsSync(join(folder, '2.0.0-b/app/collector/src/main.ts'))).toBe(true)
    expect(server.asked).toEqual(server.asked.map((_, i) => i * releaseChunkBytes))
    expect(one.progress).toBeNull()
  })

  it('is gone on with where it stopped, over a lost line and over a restart', async () => {
    const first = upgrader(serving(archive, 2))
    first.one.setOnline(true)
    await first.one.take(offer)
    await until(() => expect(first.errors).toEqual(['the line is lost']))
    expect(first.one.progress).toEqual({
      release: '2.0.0-b',
      receivedBytes: 2 * releaseChunkBytes,
      bytes: archive.length,
    })
    await first.one.close()

    const later = serving(archive)
    const second = upgrader(later)
    await second.one.load()
    second.one.setOnline(true)
    await until(() => expect(second.ready).toEqual(['2.0.0-b']))
    expect(later.asked[0]).toBe(2 * releaseChunkBytes)
  })

  it.each<[string, () => Buffer, RegExp]>([
    ['was damaged on its way', () => Buffer.from(archive).fill(0, 5000, 5001), /not what was offered/],
    ['is something else', () => packed('2.0.0', 'b', 'zongheng'), /an archive of zongheng/],
    ['is another version', () => packed('2.0.0', 'c'), /it holds 2\.0\.0-c/],
  ])('is not run when it %s', async (_name, made, reason) => {
    const octets = made()
    const damaged = /offered/.test(reason.source)
    const { one, ready, failed } = upgrader(serving(octets))
    one.setOnline(true)
    await one.take(damaged ? offer : offerOf(octets))
    await until(() => expect(failed).toHaveLength(1))
    expect(failed[0]).toMatch(reason)
    expect(ready).toEqual([])
    for (const name of ['trial', 'offer.json', 'archive.part', '2.0.0-b'])
      expect(existsSync(join(folder, name)), name).toBe(false)
  })

  it.each<[string, Partial<UpgraderOptions>, Partial<ReleaseOffer>, RegExp]>([
    ['comes over a line that others can write to', { server: 'http://10.0.0.1:8080' }, {}, /TLS/],
    ['is for another machine', {}, { platform: 'linux-arm64' }, /is for linux-arm64/],
    ['leads out of the folder', {}, { release: '../../etc' }, /no sense/],
    ['is endless', {}, { bytes: 1e12 }, /octets/],
  ])('is refused when it %s', async (_name, over, wrong, reason) => {
    const server = serving(archive)
    const { one, failed } = upgrader(server, over)
    one.setOnline(true)
    await one.take({ ...offer, ...wrong })
    expect(failed).toEqual([expect.stringMatching(reason)])
    expect(server.asked).toEqual([])
  })

  it('gives way to another that is offered meanwhile', async () => {
    const newer = packed('2.1.0', 'b')
    const line: { answer?: () => void } = {}
    const { one, ready, failed } = upgrader({
      ask: async (release, offset) => {
        if (release === '2.0.0-b') await new Promise<void>((resolve) => (line.answer = resolve))
        return { ok: true, data: (release === '2.0.0-b' ? archive : newer).subarray(offset, offset + 65_536) }
      },
    })
    one.setOnline(true)
    await one.take(offer)
    await until(() => expect(line.answer).toBeDefined())
    await one.take({ ...offerOf(newer), release: '2.1.0-b' })
    line.answer?.()
    await until(() => expect(ready).toEqual(['2.1.0-b']))
    expect(failed).toEqual([])
  })

  it('does not keep a collector that stops waiting, and is not lost by it', async () => {
    const { one, failed } = upgrader({ ask: () => new Promise(() => {}) })
    one.setOnline(true)
    await one.take(offer)
    await one.close()
    expect(failed).toEqual([])
    expect(existsSync(join(folder, 'offer.json'))).toBe(true)
  })

  it.each([
    ['is damaged on disk', 'offer'],
    ['is what runs already', JSON.stringify({ release: '1.0.0-a' })],
  ])('is forgotten when it %s', async (_name, text) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'offer.json'), text)
    const { one } = upgrader(serving(archive))
    await one.load()
    expect(one.progress).toBeNull()
    expect(existsSync(join(folder, 'offer.json'))).toBe(false)
  })

  it('is given up when the server has it no more', async () => {
    const { one, failed } = upgrader({ ask: async () => ({ ok: false, reason: 'gone' }) })
    one.setOnline(true)
    await one.take(offer)
    await until(() => expect(failed).toEqual(['gone']))
    expect(one.progress).toBeNull()
  })
})

describe('a release on trial', () => {
  const launch = () => ({ folder, release: '2.0.0-b', isTrial: true, heldMs: 20, base: '1.0.0-x' })
  beforeEach(() => mkdirSync(folder, { recursive: true }))

  it('is good once its connection has held', async () => {
    const { one } = upgrader(serving(archive), { launch: launch() })
    one.setOnline(true)
    expect(existsSync(join(folder, 'good'))).toBe(false)
    await until(() => expect(readFileSync(join(folder, 'good'), 'utf8')).toBe('2.0.0-b 1.0.0-x\n'))
  })

  it('is not good when it loses the server, or ends, before', async () => {
    const { one, errors } = upgrader(serving(archive), { launch: launch() })
    one.setOnline(true)
    one.setOnline(false)
    one.setOnline(true)
    await one.close()
    await new Promise((resolve) => setTimeout(resolve, 2 * launch().heldMs))
    expect(existsSync(join(folder, 'good'))).toBe(false)
    expect(errors).toEqual([])
  })

  it('leaves word of why the server would not have it', async () => {
    const { one } = upgrader(serving(archive), { launch: launch() })
    one.refused('this collector\nspeaks contract 9')
    await until(() =>
      expect(readFileSync(join(folder, 'refusal'), 'utf8')).toBe('this collector speaks contract 9\n'),
    )
  })
})

it('a release that is good stays with the one before it; older ones go', async () => {
  for (const name of ['1.0.0-a', '1.1.0-a', '2.0.0-b']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'good'), '1.1.0-a 1.0.0-x\n')
  const launch = { folder, release: '2.0.0-b', isTrial: true, heldMs: 0, base: '1.0.0-x' }
  await becomeGood(launch)
  await becomeGood(launch) // it came to the server once more
  expect(readFileSync(join(folder, 'good'), 'utf8')).toBe('2.0.0-b 1.0.0-x\n')
  expect(['1.0.0-a', '1.1.0-a', '2.0.0-b'].map((name) => existsSync(join(folder, name)))).toEqual([
    false,
    true,
    true,
  ])
})
