import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasSshd, startSshd, type Sshd } from '@zongheng/playbooks/sshd.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchesGlob } from './glob.ts'
import { Cleanups, freePort } from './peers-testing.ts'
import type { CheckParts, SpecOf } from './runner.ts'
import { checker, listen, newParts } from './testing.ts'

const cleanups = new Cleanups()
afterAll(() => cleanups.run())

describe.runIf(hasSshd)('a backup check, over sshd', () => {
  let sshd: Sshd
  let folder: string
  let parts: CheckParts
  const nowMs = Date.UTC(2026, 10, 22)
  beforeAll(async () => {
    sshd = await startSshd()
    cleanups.add(() => sshd.stop())
    parts = newParts(cleanups, { now: () => nowMs })
    folder = cleanups.folder()
    const files: [name: string, ageH: number, bytes: number][] = [
      ['db-1.dump', 30, 5_000],
      ['db-2.dump', 6, 4_000],
      ['db-3.dump', 1, 10],
      ['notes.txt', 0, 9_000],
    ]
    for (const [name, ageH, bytes] of files) {
      writeFileSync(join(folder, name), '')
      truncateSync(join(folder, name), bytes)
      const at = nowMs / 1000 - ageH * 3600
      utimesSync(join(folder, name), at, at)
    }
    mkdirSync(join(folder, 'db-9.dump'))
  })
  const check = (changes: Partial<SpecOf<'backup'>> = {}, task = {}) => {
    const spec: SpecOf<'backup'> = {
      kind: 'backup',
      host: '127.0.0.1',
      port: sshd.port,
      folder,
      pattern: 'db-*.dump',
      leastBytes: 1_000,
    }
    const credential = { username: sshd.username, privateKey: sshd.privateKey }
    return checker(spec, parts)(changes, { credential, ...task })
  }

  it('finds the newest file that counts', async () => {
    expect(await check()).toMatchObject({
      ok: true,
      values: { file: 'db-2.dump' },
      metrics: { checkAgeS: 6 * 3600, checkBytes: 4_000 },
    })
  })

  it.each<[name: string, changes: Partial<SpecOf<'backup'>>, code: string]>([
    ['no such file', { pattern: '*.tar' }, 'no-file'],
    ['only small ones', { leastBytes: 1e6 }, 'no-file'],
    ['no such folder', { folder: '/no/such/folder' }, 'folder-missing'],
    ['not a folder', { folder: '/etc/passwd' }, 'folder-missing'],
  ])('says: %s', async (_, changes, code) => {
    expect(await check(changes)).toMatchObject({ ok: false, code })
  })

  it('says that nobody let it in', async () => {
    const credential = { username: sshd.username, password: 'wrong' }
    expect(await check({}, { credential })).toMatchObject({ code: 'authentication' })
    expect(await check({}, { credential: null })).toMatchObject({ code: 'credential' })
  })

  it('says that nobody is there', async () => {
    expect(await check({ port: await freePort() })).toMatchObject({ code: 'refused' })
    const silent = await listen(cleanups, () => {})
    expect(await check({ port: silent }, { timeoutMs: 300 })).toMatchObject({ code: 'timeout' })
  })

  it('refuses a host with another key than the known one', async () => {
    const port = sshd.port
    await parts.hosts.check(`localhost:${port}`, 'SHA256:another')
    expect(await check({ host: 'localhost' })).toMatchObject({ ok: false, code: 'host-key' })
  })
})

describe('a pattern', () => {
  it.each<[name: string, pattern: string, matches: boolean]>([
    ['db.dump', 'db.dump', true],
    ['db.dump', '*', true],
    ['', '*', true],
    ['', '?', false],
    ['db.dump', 'd?.dump', true],
    ['db.dump', '*.dumb', false],
    ['db-2026.dump.gz', 'db-*.dump', false],
    ['db-2026.dump.gz', 'db-*.dump*', true],
    ['a.b', 'a?b', true],
    ['axb', 'a.b', false],
    ['财政.bak', '财?.bak', true],
    ['a'.repeat(5_000), `${'*a'.repeat(500)}b`, false],
  ])('%s by %s', (name, pattern, matches) => {
    expect(matchesGlob(name, pattern)).toBe(matches)
  })
})
