import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { releaseChunkBytes, type ReleaseChunk, type ReleaseOffer } from '@zongheng/collector/contract.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { Releases } from './releases.ts'

let work: string
let releases: Releases
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'zongheng-releases-'))
  releases = new Releases(join(work, 'data/releases'))
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

const sum = (content: string) => createHash('sha256').update(content).digest('hex')

/** An archive as `npm run pack` makes them, with these files besides. */
function archive(over: Record<string, string> = {}, name = 'zongheng-collector'): string {
  const top = join(work, `${name}-2.0.0-linux-x64`)
  const json = JSON.stringify({ name, version: '2.0.0', build: 'b', platform: 'linux-x64' })
  const files: Record<string, string> = {
    'app/release.json': json,
    'app/collector/src/main.ts': 'x'.repeat(100_000),
  }
  files.SHA256SUMS = Object.entries(files)
    .map(([path, content]) => `${sum(content)}  ${path}\n`)
    .join('')
  for (const [path, content] of Object.entries({ ...files, ...over })) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), content)
  }
  execFileSync('tar', ['-cf', `${top}.tar`, '-C', work, `${name}-2.0.0-linux-x64`])
  return `${top}.tar`
}

describe('an archive of the collector', () => {
  it('is taken in, listed, handed out in pieces, and removed', async () => {
    const file = archive()
    const added = await releases.add(file, 5)
    expect(await releases.list()).toEqual([added])
    expect(added).toMatchObject({ release: '2.0.0-b', platform: 'linux-x64', addedAt: 5 })
    const pieces: Uint8Array[] = []
    for (let at = 0; at < added.bytes; at += releaseChunkBytes)
      pieces.push(data(await releases.chunk('2.0.0-b', at)))
    expect(Buffer.concat(pieces).equals(readFileSync(file))).toBe(true)
    expect(pieces.every(({ length }) => length <= releaseChunkBytes)).toBe(true)
    expect(await releases.chunk('2.0.0-b', added.bytes)).toMatchObject({ ok: false })
    expect(await releases.remove('2.0.0-b')).toBe(true)
    expect(await releases.remove('2.0.0-b')).toBe(false)
    expect(readdirSync(join(work, 'data/releases'))).toEqual([])
  })

  it.each<[string, () => string, RegExp]>([
    ['a file was changed', () => archive({ 'app/collector/src/main.ts': 'y' }), /main\.ts is damaged/],
    ['it has no sums', () => archive({ SHA256SUMS: '' }), /has no sums/],
    ['it is the server', () => archive({}, 'zongheng'), /no archive of the collector/],
    [
      'a sum leads out of it',
      () =>
        archive({ SHA256SUMS: `${'0'.repeat(64)}  ../../etc/passwd\n${'0'.repeat(64)}  app/release.json\n` }),
      /leads out/,
    ],
    ['it is none', () => (writeFileSync(join(work, 'none'), 'no tar'), join(work, 'none')), /no archive/],
  ])('is not taken when %s', async (_name, file, reason) => {
    await expect(releases.add(file(), 0)).rejects.toThrow(reason)
    expect(readdirSync(join(work, 'data/releases'))).toEqual([])
  })

  it.each(['../secret', '.', '', 'none'])('is not found as %j', async (name) => {
    expect((await releases.chunk(name, 0)).ok).toBe(false)
  })
})

describe('a collector is offered a release', () => {
  let t: TestApp
  let id: string
  let offers: { collectorId: string; offer: ReleaseOffer }[]
  beforeEach(async () => {
    t = await testApp()
    await t.services.releases.add(archive(), 0)
    const admin = await t.as('network-admin')
    id = (await admin.inject({ method: 'POST', url: '/collectors', body: { name: '市' } })).json().collectorId
    offers = []
    t.context.bus.on('collector.upgrade', (event) => offers.push(event))
  })
  afterEach(() => t.close())

  const runs = {
    version: '1.0.0',
    release: '1.0.0-a',
    platform: 'linux-x64',
    isUpgradable: true,
    failedRelease: null,
  }
  const upgrade = async (release = '2.0.0-b') =>
    (await t.as('network-admin')).inject({
      method: 'POST',
      url: `/collectors/${id}/upgrade`,
      body: { release },
    })

  it('when it is there', async () => {
    t.services.uplink.presence.arrived(id, runs)
    expect((await upgrade()).statusCode).toBe(202)
    expect(offers).toMatchObject([{ collectorId: id, offer: { release: '2.0.0-b', platform: 'linux-x64' } }])
  })

  it.each([
    ['away', null, 'collector-away'],
    ['run from its sources', { ...runs, isUpgradable: false }, 'not-upgradable'],
    ['another kind of machine', { ...runs, platform: 'linux-arm64' }, 'other-platform'],
    ['of that release already', { ...runs, release: '2.0.0-b' }, 'same-release'],
  ])('not when it is %s', async (_name, software, code) => {
    if (software) t.services.uplink.presence.arrived(id, software)
    expect((await upgrade()).json().code).toBe(code)
    expect(offers).toEqual([])
  })

  it('not one that nobody has', async () => {
    t.services.uplink.presence.arrived(id, runs)
    expect((await upgrade('9.9.9-z')).statusCode).toBe(404)
  })
})

describe('a collector of another contract', () => {
  it.each([
    [1, /unknown collector/],
    [3, /unknown collector/],
    [0, /speaks contract 0, this server 2 .*upgrade the collector/],
    [4, /speaks contract 4, this server 2 .*upgrade the server/],
    ['2', /upgrade the/],
  ])('%j', async (contractVersion, reason) => {
    const t = await testApp()
    const auth = {
      contractVersion: contractVersion as number,
      collectorId: 'x',
      key: 'x',
      publicKey: 'x',
      epoch: 'x',
    }
    const answer = await t.services.uplink.enrolment.authenticate(auth)
    await t.close()
    expect((answer as Error).message).toMatch(reason)
  })
})

const data = (chunk: ReleaseChunk): Uint8Array => (chunk.ok ? chunk.data : new Uint8Array())
