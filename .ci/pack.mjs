// The offline archives as an operator meets them: packed, installed, upgraded, rolled back, a bad upgrade and a damaged archive
// refused, a collector upgraded by its server, all without a registry. node .ci/pack.mjs CLONE
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { playUpgrade } from './upgrade.mjs'

const clone = process.argv[2]
const collectorAtMostBytes = 80e6
const work = mkdtempSync(join(tmpdir(), 'zongheng-packed-'))
const [prefix, data] = [join(work, 'opt'), join(work, 'data')]
const control = fileURLToPath(new URL('service-control', import.meta.url))
const env = {
  ...process.env,
  ZONGHENG_PORT: `${await freePort()}`,
  ZONGHENG_CACHE_DIR: join(work, 'cache'),
  SERVICE_PREFIX: prefix,
}

try {
  const lines = run('node', [join(clone, 'packaging/pack.mjs'), '--out', join(work, 'dist')])
    .trim()
    .split('\n')
  const [server, collector] = lines.slice(-2)
  env.npm_config_registry = 'http://127.0.0.1:9' // out of reach from here on
  expect(statSync(collector).size <= collectorAtMostBytes, `the collector's archive has ${mb(collector)} MB`)

  install(unpack(server, 'first'))
  const first = release()
  await expectAnswer('after the installation')

  install(changed(unpack(server, 'second'), 'second'))
  expect(release() !== first, 'the upgrade left the old release in place')
  await expectAnswer('after the upgrade')

  run(join(prefix, 'rollback.sh'), ['--control', control])
  expect(release() === first, `rolled back to ${release()}, not ${first}`)
  await expectAnswer('after the rollback')

  const broken = unpack(server, 'third')
  writeFileSync(join(broken, 'app/server/src/main.ts'), 'process.exit(1)\n')
  refuses(changed(broken, 'third'), 'a release that does not start')
  expect(release() === first, 'a bad upgrade was not taken back')
  await expectAnswer('after a bad upgrade')

  const damaged = unpack(server, 'fourth')
  appendFileSync(join(damaged, 'app/server/src/main.ts'), ' ')
  refuses(damaged, 'a damaged archive')

  const alone = unpack(collector, 'collector')
  const usage = fails(join(alone, 'app/bin/zongheng-collector'), ['--server', ''])
  expect(usage.includes('usage:'), `the collector alone says: ${usage}`)

  await playUpgrade({ server: setUpServer(), installed: alone, work: join(work, 'upgrade') })
  console.log(
    `pack: installed, upgraded, rolled back, a collector upgraded; archives of ${mb(server)} and ${mb(collector)} MB`,
  )
} catch (error) {
  console.error(`pack: ${error.message}\n${error.stderr ?? ''}`)
  process.exitCode = 1
} finally {
  run(control, ['stop', 'zongheng'])
  rmSync(work, { recursive: true, force: true })
}

function run(command, args) {
  return execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** What it said when it failed, as it should. */
function fails(command, args) {
  try {
    run(command, args)
  } catch (error) {
    return String(error.stderr)
  }
  throw new Error(`${basename(command)} ${args.join(' ')} should have failed`)
}

function installArgs() {
  return ['--prefix', prefix, '--data', data, '--user', userInfo().username, '--control', control]
}

function install(folder) {
  return run(join(folder, 'install.sh'), installArgs())
}

function refuses(folder, what) {
  expect(fails(join(folder, 'install.sh'), installArgs()) !== '', `${what} was installed`)
}

function unpack(archive, name) {
  const folder = join(work, name)
  mkdirSync(folder)
  run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1'])
  return folder
}

/** The same release under another build, with sums that are right. */
function changed(folder, build) {
  const json = join(folder, 'app/release.json')
  writeFileSync(json, readFileSync(json, 'utf8').replace(/"build": ".*"/, `"build": "${build}"`))
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')
  const fresh = ['app/release.json', 'app/server/src/main.ts']
  const sum = (file) =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex')
  const line = (old) => {
    const file = old.slice(66)
    return fresh.includes(file) ? `${sum(file)}  ${file}` : old
  }
  writeFileSync(join(folder, 'SHA256SUMS'), `${sums.map(line).join('\n')}\n`)
  return folder
}

/** The one that runs, as the first run of its console finds it. */
function setUpServer() {
  const [setupCode] =
    readFileSync(join(prefix, 'zongheng.log'), 'utf8').match(/\b[0-9A-F]{4}-[0-9A-F]{4}\b/) ?? []
  const current = join(prefix, 'current')
  return {
    url: `http://127.0.0.1:${env.ZONGHENG_PORT}`,
    data,
    setupCode,
    command: (args) => run(join(current, 'bin/zongheng'), args),
    node: join(current, 'node_modules/.bin/node'),
  }
}

function release() {
  return basename(readlinkSync(join(prefix, 'current')))
}

function mb(file) {
  return Math.round(statSync(file).size / 1e6)
}

async function expectAnswer(when) {
  const answer = await fetch(`http://127.0.0.1:${env.ZONGHENG_PORT}/api/health`)
  expect(answer.ok, `${when}: ${answer.status}`)
}

function expect(isSo, otherwise) {
  if (!isSo) throw new Error(otherwise)
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
