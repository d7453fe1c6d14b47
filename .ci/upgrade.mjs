// A collector as it is shipped, upgraded over its uplink though its launcher is killed meanwhile; with LONG=1 also by releases that
// do not hold.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const patienceMs = 120_000
/** What a line of 10 Mbit/s has to spare would take a quarter of an hour. */
const uplinkBps = 2e9
const password = 'long enough 1'

/**
 * `server`: { url, data, setupCode, command, node }, running and not set up yet; `installed`: a collector's archive, unpacked;
 * `work`: a folder for all that is made here. Throws when the collector does not end up with the release it should have.
 */
export async function playUpgrade({ server, installed, work }) {
  const data = join(work, 'data')
  const api = await administrator(server)
  const { collectorId, token } = await api('POST', '/collectors', { name: '县采集器' })
  const collector = () => api('GET', `/collectors/${collectorId}`)
  const launcher = new Launcher(join(installed, 'app/bin/zongheng-collector'), server.url, data)

  const add = (version, change) => {
    const file = remade(installed, join(work, version), version, change)
    server.command(['collector-release', 'add', file, '--data', server.data])
    return `${version}-play`
  }
  const offer = (release) => api('POST', `/collectors/${collectorId}/upgrade`, { release })
  const runs = (release, what) =>
    until(`${release} ${what}`, async () => {
      const { connected, software } = await collector()
      return connected && software?.release === release
    })

  try {
    const first = releaseIn(installed)
    widen(server, collectorId)
    launcher.start(['--token', token])
    await runs(first, 'at first')

    const second = add('7.0.0')
    await offer(second)
    const part = join(data, 'releases/archive.part')
    await until('some of it has come', () => existsSync(part) && statSync(part).size > 1e6)
    await launcher.kill()
    const cut = statSync(part).size
    launcher.start()
    await until('it goes on', () => statSync(part, { throwIfNoEntry: false })?.size !== cut)
    expect(!existsSync(part) || statSync(part).size > cut, 'what was fetched before the cut was thrown away')
    await runs(second, 'after the upgrade')
    const good = join(data, 'releases/good')
    await until('it is kept', () => existsSync(good) && readFileSync(good, 'utf8').startsWith(second))

    for (const [version, wrong, said] of process.env.LONG ? broken : []) {
      const release = add(version, wrong)
      await offer(release)
      await until(`going back from ${release}`, async () => {
        const { connected, software, faults } = await collector()
        if (!connected || software.release !== second || software.failedRelease !== release) return false
        const text = faults.find(({ code }) => code === 'upgrade-failed')?.text ?? ''
        return text.includes(said)
      })
    }

    await launcher.kill()
    launcher.start()
    await runs(second, 'after all that')
  } catch (error) {
    throw new Error(`${error.message}\n${launcher.said.slice(-4000)}`, { cause: error })
  } finally {
    await launcher.stop()
  }
}

/** Releases that do not hold, as server/src/uplink/upgrade-whole.test.ts has them from sources: version, what is wrong with them, and what the server is told. */
const broken = [
  [
    '7.0.1',
    (app) => writeFileSync(join(app, 'collector/src/main.ts'), 'process.exit(3)\n'),
    'ended with status 3',
  ],
  [
    '7.0.2',
    (app) => edit(join(app, 'collector/src/contract.ts'), /contractVersion = \d+/, 'contractVersion = 9'),
    'speaks contract 9',
  ],
]

class Launcher {
  said = ''
  #program
  #args
  #process

  constructor(program, url, data) {
    this.#program = program
    this.#args = ['--server', url, '--data', data, '--name', 'county']
  }

  start(more = []) {
    const env = { ...process.env, ZONGHENG_TRIAL_S: '30' }
    this.#process = spawn(this.#program, [...this.#args, ...more], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process.stderr.on('data', (text) => (this.said += text))
  }

  /** As a crash does: the launcher alone, without a word to what it started. */
  async kill() {
    await this.#end('SIGKILL')
  }

  async stop() {
    await this.#end('SIGTERM')
  }

  async #end(signal) {
    const ending = this.#process
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    ending.kill(signal)
    await once(ending, 'exit')
  }
}

/** Whoever may look after collectors: sets the server up, and answers a caller of its API. */
async function administrator({ url, setupCode, command, data }) {
  const account = (username) => ({ username, displayName: username, password })
  const asked = {
    setupCode,
    provinceCode: '130000',
    organisation: '河北省财政厅',
    systemAdmin: account('sys'),
    securityAdmin: account('sec'),
    auditAdmin: account('aud'),
    networkAdmin: account('net'),
  }
  await call(url, 'POST', '/setup', asked)
  const permissions = ['uplink.read', 'uplink.write'].flatMap((name) => ['--permission', name])
  const create = ['token', 'create', '--user', 'net', '--name', 'upgrade', ...permissions]
  const { token } = JSON.parse(command([...create, '--region', '130000', '--data', data, '--json']))
  return (method, path, body) => call(url, method, path, body, { authorization: `Bearer ${token}` })
}

async function call(url, method, path, body, headers = {}) {
  const json = body ? { 'content-type': 'application/json' } : {}
  const options = { method, headers: { ...json, ...headers }, body: body && JSON.stringify(body) }
  const answer = await fetch(`${url}/api/v1${path}`, options)
  const text = await answer.text()
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return text ? JSON.parse(text) : null
}

/** Nobody can say yet what is rented between a collector and its server. */
function widen({ node, data }, collectorId) {
  const script = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv[1]);
    db.exec('PRAGMA busy_timeout = 5000');
    db.prepare('UPDATE collectors SET uplink_bps = ? WHERE id = ?').run(${uplinkBps}, process.argv[2])`
  execFileSync(node, [
    '--disable-warning=ExperimentalWarning',
    '-e',
    script,
    join(data, 'zongheng.db'),
    collectorId,
  ])
}

/** An archive of the same release under another version, changed, with sums that are right. */
function remade(installed, place, version, change = () => {}) {
  const title = `zongheng-collector-${version}`
  const top = join(place, title)
  cpSync(installed, top, { recursive: true, verbatimSymlinks: true })
  const app = join(top, 'app')
  edit(join(app, 'release.json'), /"version": ".*"/, `"version": "${version}"`)
  edit(join(app, 'release.json'), /"build": ".*"/, '"build": "play"')
  change(app)
  const sums = readFileSync(join(top, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')
  const changed = /^app\/(release\.json|collector\/src\/(main|contract)\.ts)$/
  const line = (old) =>
    changed.test(old.slice(66)) ? `${sumOf(join(top, old.slice(66)))}  ${old.slice(66)}` : old
  writeFileSync(join(top, 'SHA256SUMS'), `${sums.map(line).join('\n')}\n`)
  execFileSync('tar', ['-cf', `${top}.tar.gz`, '-I', 'gzip -1', '-C', place, title])
  return `${top}.tar.gz`
}

const sumOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')

function edit(file, what, by) {
  const text = readFileSync(file, 'utf8')
  expect(what.test(text), `${file} has no ${what}`)
  writeFileSync(file, text.replace(what, by))
}

function releaseIn(folder) {
  const { version, build } = JSON.parse(readFileSync(join(folder, 'app/release.json'), 'utf8'))
  return `${version}-${build}`
}

async function until(what, isSo) {
  for (const endMs = Date.now() + patienceMs; !(await isSo()); await delay(200))
    expect(Date.now() < endMs, `not within ${patienceMs / 1000} s: ${what}`)
}

function expect(isSo, otherwise) {
  if (!isSo) throw new Error(otherwise)
}
