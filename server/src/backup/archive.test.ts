import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unpack } from './archive.ts'
import type { Manifest } from './manifest.ts'

let home: string
let file: string
let folder: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'zongheng-archive-'))
  file = join(home, 'backup.tar.gz')
  folder = join(home, 'out')
})
afterEach(() => rmSync(home, { recursive: true }))

interface Entry {
  path: string
  body?: string | undefined
  type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory' | 'CharacterDevice' | undefined
  linkpath?: string | undefined
}

/** One header and its body, padded; our own, because no library writes what is refused here. */
function entryOf({ path, body = '', type = 'File', linkpath }: Entry): Buffer {
  const content = Buffer.from(body)
  const header = new Header({
    path,
    type,
    size: content.length,
    mode: 0o600,
    mtime: new Date(0),
    ...(linkpath ? { linkpath } : {}),
  })
  const block = Buffer.alloc(512)
  header.encode(block, 0)
  return Buffer.concat([block, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

const tarOf = (entries: Entry[]) => gzipSync(Buffer.concat([...entries.map(entryOf), Buffer.alloc(1024)]))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const described = (body: string, more: Partial<Manifest> = {}): Entry => ({
  path: 'manifest.json',
  body: JSON.stringify({
    format: 1,
    product: '0.1.0',
    createdAt: 0,
    database: 'sqlite',
    holdsKey: false,
    auditProblem: null,
    files: [{ name: 'zongheng.db', size: body.length, sha256: sha256(body) }],
    holdings: { migration: '0001-foundation', rows: {}, marks: [], audit: null, keyId: null },
    ...more,
  }),
})
const database = (body: string): Entry => ({ path: 'zongheng.db', body })
const named = (name: string) => described('', { files: [{ name, size: 1, sha256: sha256('x') }] })

describe('a backup file', () => {
  it('is read to the folder', async () => {
    writeFileSync(file, tarOf([described('hello'), database('hello')]))
    await unpack(file, null, { folder: home })
    expect(readFileSync(join(home, 'zongheng.db'), 'utf8')).toBe('hello')
  })

  it.each<[string, () => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is something else', () => Buffer.from('hello')],
    ['holds nothing', () => tarOf([])],
    ['does not begin with a manifest', () => tarOf([database('x'), described('x')])],
    ['has a manifest that is no JSON', () => tarOf([{ path: 'manifest.json', body: '{' }])],
    ['has a manifest of another shape', () => tarOf([{ path: 'manifest.json', body: '{"format":1}' }])],
    ['lacks a file', () => tarOf([described('hello')])],
    ['has a file with other content', () => tarOf([described('hello'), database('hellp')])],
    ['has a longer file', () => tarOf([described('hello'), database('hello!')])],
    ['has a file twice', () => tarOf([described('hello'), database('hello'), database('hello')])],
    [
      'has a file that the manifest does not name',
      () => tarOf([described(''), database(''), { path: 'series.db' }]),
    ],
    ['climbs out of the folder', () => tarOf([named('../x'), { path: '../x', body: 'x' }])],
    ['names an absolute path', () => tarOf([named('/tmp/x'), { path: '/tmp/x', body: 'x' }])],
    [
      'climbs out by way of the archives',
      () => tarOf([named('audit/../../x.gz'), { path: 'audit/../../x.gz', body: 'x' }]),
    ],
    [
      'holds a symbolic link',
      () => tarOf([described(''), { path: 'zongheng.db', type: 'SymbolicLink', linkpath: '/etc/passwd' }]),
    ],
    [
      'holds a hard link',
      () => tarOf([described(''), { path: 'zongheng.db', type: 'Link', linkpath: '/etc/passwd' }]),
    ],
    ['holds a folder', () => tarOf([described(''), { path: 'zongheng.db', type: 'Directory' }])],
    ['holds a device', () => tarOf([described(''), { path: 'zongheng.db', type: 'CharacterDevice' }])],
  ])('that %s is refused', async (_, make) => {
    writeFileSync(file, make())
    const failure = await unpack(file, null, { folder }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'not-a-backup' })
    expect(existsSync(join(home, 'x'))).toBe(false)
  })

  it('is refused wherever it is cut off or a bit of what counts is flipped', async () => {
    const body = 'what counts '.repeat(300)
    const whole = tarOf([described(body), database(body)])
    for (let at = 0; at < whole.length; at += 7) {
      writeFileSync(file, whole.subarray(0, at))
      await expect(unpack(file, null), `cut at ${at}`).rejects.toMatchObject({ code: 'not-a-backup' })
      const changed = Buffer.from(whole)
      changed[at]! ^= 0x10
      writeFileSync(file, changed)
      const read = await unpack(file, null).then(
        (manifest) => manifest.files,
        () => null,
      )
      // A flip in gzip's own header (time, system) changes nothing that is read.
      if (read) expect(at, `flipped at ${at}`).toBeLessThan(10)
    }
  })
})
