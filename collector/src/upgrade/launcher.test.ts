/** The launcher with releases of a few lines, as real processes. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const launcher = fileURLToPath(new URL('../../../packaging/bin/zongheng-collector', import.meta.url))

let work: string
let data: string
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'zongheng-launcher-'))
  data = join(work, 'data')
  mkdirSync(join(data, 'releases'), { recursive: true })
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

/** A release whose collector is these lines of shell; each start is written down. */
function release(app: string, version: string, lines: string): void {
  mkdirSync(join(app, 'node_modules/.bin'), { recursive: true })
  mkdirSync(join(app, 'bin'))
  writeFileSync(join(app, 'release.json'), JSON.stringify({ version, build: 'x', name: 'y' }, null, 2))
  copyFileSync(launcher, join(app, 'bin/zongheng-collector'))
  const node = join(app, 'node_modules/.bin/node')
  const told = `echo "${version} trial=$ZONGHENG_TRIAL failed=$ZONGHENG_FAILED_RELEASE $ZONGHENG_FAILED_REASON" >>"${work}/starts"`
  writeFileSync(node, `#!/bin/sh\nreleases="${data}/releases"\n${told}\n${lines}\n`)
  chmodSync(node, 0o755)
}
const installed = (lines: string, version = '1.0.0') => release(join(work, 'app'), version, lines)
const fetched = (version: string, lines: string) =>
  release(join(data, 'releases', `${version}-x`, 'app'), version, lines)

const program = () => join(work, 'app/bin/zongheng-collector')
const args = ['--server', 'http://127.0.0.1:9', '--data']
const starts = () => readFileSync(join(work, 'starts'), 'utf8').trim().split(/ *\n/)
const launch = (env: NodeJS.ProcessEnv = {}) =>
  promisify(execFile)(program(), [...args, data], { env: { ...process.env, ZONGHENG_TRIAL_S: '20', ...env } })

/** Asks for the trial once, and ends the next time. */
const asksOnce =
  'if [ ! -f "$releases/asked" ]; then touch "$releases/asked"; echo 2.0.0-x >"$releases/trial"; exit 75; fi'

describe('a release on trial', () => {
  it('that reaches the server is what runs from then on', async () => {
    installed(asksOnce)
    fetched('2.0.0', '[ -z "$ZONGHENG_TRIAL" ] || echo "2.0.0-x $ZONGHENG_BASE" >"$releases/good"')
    await launch()
    await launch()
    expect(starts()).toEqual(['1.0.0 trial= failed=', '2.0.0 trial=1 failed=', '2.0.0 trial= failed='])
  })

  it('that does not start gives way to the one before, which is told', async () => {
    installed(asksOnce)
    fetched('2.0.0', 'exit 1')
    await launch()
    expect(starts()).toEqual([
      '1.0.0 trial= failed=',
      '2.0.0 trial=1 failed=',
      '1.0.0 trial= failed=2.0.0-x it ended with status 1',
    ])
    for (const name of ['trial', 'tried']) expect(existsSync(join(data, 'releases', name)), name).toBe(false)
  })

  it('that runs, and reaches nobody, is ended', async () => {
    installed(asksOnce)
    fetched('2.0.0', 'echo "of another contract" >"$releases/refusal"; exec sleep 60')
    await launch({ ZONGHENG_TRIAL_S: '0.3' })
    expect(starts().at(-1)).toBe(
      '1.0.0 trial= failed=2.0.0-x it did not reach the server within 0.3 s: of another contract',
    )
  })

  it('that is not even there gives way too', async () => {
    installed(asksOnce)
    await launch()
    expect(starts()).toEqual(['1.0.0 trial= failed=', '1.0.0 trial= failed=2.0.0-x it ended with status 127'])
  })

  it('in which the launcher was killed is not tried again, and that is told', async () => {
    installed(asksOnce)
    fetched('2.0.0', 'kill -9 "$PPID"')
    await expect(launch()).rejects.toMatchObject({ signal: 'SIGKILL' })
    await launch()
    expect(starts().at(-1)).toBe('1.0.0 trial= failed=2.0.0-x its trial was interrupted')
    await launch()
    expect(starts().at(-1)).toBe('1.0.0 trial= failed=')
  })
})

describe('the launcher', () => {
  it('starts what was installed by hand, over what was fetched under the one before', async () => {
    installed('', '3.0.0')
    fetched('2.0.0', '')
    writeFileSync(join(data, 'releases/good'), '2.0.0-x 1.0.0-x\n')
    await launch()
    expect(starts()).toEqual(['3.0.0 trial= failed='])
  })

  it('ends as the collector ends', async () => {
    installed('exit 2')
    await expect(launch()).rejects.toMatchObject({ code: 2 })
  })

  it('hands a signal on, and waits for the end', async () => {
    installed(
      `trap 'kill $!; echo stopped >>"${work}/starts"; exit 0' TERM; sleep 60 & echo ready >>"${work}/starts"; wait`,
    )
    const child = spawn(program(), [...args, data])
    await vi.waitFor(() => expect(starts()).toHaveLength(2), { timeout: 5_000 })
    child.kill('SIGTERM')
    expect((await once(child, 'exit'))[0]).toBe(0)
    expect(starts().at(-1)).toBe('stopped')
  })
})
