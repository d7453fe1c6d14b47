import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgres, testDivisions } from '../testing.ts'
import { compileCache } from './compiled.ts'
import { withInstallation } from './installation.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const limitMs = 180_000

let data: string
let database: { url: string; drop: () => Promise<void> } | undefined
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'zongheng-cli-test-'))
  const server = process.env.TEST_DATABASE_URL
  database = server ? await createPostgres(server) : undefined
  if (database) process.env.DATABASE_URL = database.url
  await withInstallation({ data }, ({ identity }) => identity.createRegions([...testDivisions]))
}, limitMs)
afterAll(async () => {
  delete process.env.DATABASE_URL
  await database?.drop()
  rmSync(data, { recursive: true })
})

async function zongheng(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, ...args, '--data', data],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_COMPILE_CACHE: compileCache, ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' },
    },
  )
  const read = async (stream: Readable) => (await stream.toArray()).join('')
  const [out, err, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'exit')])
  return { out: out.trim(), err: err.trim(), code: code as number }
}
async function json<T>(...args: string[]): Promise<T> {
  const { out, err, code } = await zongheng(...args, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out) as T
}
const records = () =>
  withInstallation({ data }, (_, { db }) =>
    db.selectFrom('audit_records').selectAll().orderBy('seq').execute(),
  )

describe('zongheng user', { timeout: limitMs }, () => {
  it('makes an account, shows it, and changes its password', async () => {
    const added = await zongheng('user', 'add', 'chen.jing', '--name', '陈静', '--region', '石家庄市', '--phone', '0311-1', '--reason', '首批账号') // prettier-ignore
    expect(added).toMatchObject({ code: 0 })
    expect(added.out).toMatch(/^\S{12,}$/)
    expect(added.err).toContain('chen.jing')
    expect((await zongheng('user', 'list')).out).toMatch(/chen\.jing +陈静 +石家庄市 +active/)
    const { password } = await json<{ password: string }>('user', 'reset-password', 'chen.jing')
    expect(password).not.toBe(added.out)
    expect(await json('user', 'show', 'chen.jing')).toMatchObject({
      mustChangePassword: true,
      phone: '0311-1',
    })
    const [created] = (await records()).filter((record) => record.action === 'identity.user-created')
    expect(created).toMatchObject({ actor_kind: 'command', reason: '首批账号', entity_name: '陈静' })
  })

  it('disables and enables', async () => {
    const listed = async (state: string) =>
      (await json<{ username: string }[]>('user', 'list', '--state', state)).length
    expect((await zongheng('user', 'disable', 'chen.jing')).code).toBe(0)
    expect(await listed('disabled')).toBe(1)
    expect((await zongheng('user', 'enable', 'chen.jing')).code).toBe(0)
    expect((await zongheng('user', 'unlock', 'chen.jing')).code).toBe(0)
    expect(await listed('disabled')).toBe(0)
  })

  it.each([
    [['user'], 2, /zongheng user list/],
    [['user', 'show', 'nobody'], 1, /no user is called nobody/],
    [['user', 'add', 'chen.jing', '--name', 'x', '--region', '130000'], 1, /name chen\.jing is taken/],
    [['user', 'add', 'Bad Name', '--name', 'x', '--region', '130000'], 2, /username/],
    [['user', 'add', 'x.y', '--name', 'x', '--region', '火星'], 1, /no region has the name or code 火星/],
    [['user', 'disable', 'chen.jing', '--force'], 2, /--force/],
  ])('says what is wrong with %j', async (args, code, message) => {
    const answer = await zongheng(...args)
    expect(answer).toMatchObject({ code, out: '' })
    expect(answer.err).toMatch(message)
  })
})

describe('zongheng grant and token', { timeout: limitMs }, () => {
  it('give and take by the same rules as the console', async () => {
    const grant = await json<{ id: string }>('grant', 'add', '--user', 'chen.jing', '--role', 'viewer', '--region', '130100', '--days', '30') // prettier-ignore
    const office = await zongheng(
      'grant',
      'add',
      '--user',
      'chen.jing',
      '--role',
      'audit-admin',
      '--region',
      '130000',
    )
    expect(office).toMatchObject({ code: 1 })
    expect(office.err).toContain('audit administrator')
    expect((await zongheng('grant', 'list', '--user', 'chen.jing')).out).toContain(grant.id)

    const token = ['--user', 'chen.jing', '--region', '正定县', '--name', '大屏', '--days', '7']
    const created = await json<{ id: string; token: string }>(
      'token',
      'create',
      ...token,
      '--permission',
      'estate.read',
    )
    expect(created.token).toMatch(/^zht_/)
    const more = await zongheng('token', 'create', ...token, '--permission', 'estate.write')
    expect(more.err).toContain('permissions/0')
    expect((await zongheng('token', 'list', '--user', 'chen.jing')).out).toContain(created.id)
    expect((await zongheng('token', 'revoke', created.id, '--user', 'chen.jing')).code).toBe(0)

    expect((await zongheng('grant', 'remove', grant.id, '--reason', '离岗')).code).toBe(0)
    expect(await json('grant', 'list', '--user', 'chen.jing')).toEqual([])
    expect((await records()).at(-1)).toMatchObject({ action: 'identity.grant-taken', reason: '离岗' })
  })

  it('reach a team, and an officer’s password', async () => {
    await json('grant', 'add', '--team', '网络组@石家庄市', '--role', 'engineer', '--region', '130100')
    await json('user', 'add', 'boss', '--name', '安全员', '--region', '河北省')
    await json('grant', 'add', '--user', 'boss', '--role', 'security-admin', '--region', '130000')
    expect((await zongheng('user', 'reset-password', 'boss')).code).toBe(0)
    expect((await zongheng('user', 'disable', 'boss')).err).toContain('security administrator')
  })
})
