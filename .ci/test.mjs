// npm test: installs what it needs and runs everything; the server suite twice, on SQLite and on PostgreSQL.
// node .ci/test.mjs [--long] [FILTER …]     --long: full counts of the fuzz, crash and soak tests
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { delimiter, join } from 'node:path'
import { buildConsole, installDependencies, root } from '../server/bin/prepare.mjs'
import { installPackages } from './packages.mjs'
import { startPostgres } from './postgres.mjs'

const args = process.argv.slice(2)
const isLong = args.includes('--long')
const filters = args.filter((arg) => arg !== '--long')
/** Where `.ci/run` wants the totals. */
const resultsDir = process.env.ZONGHENG_TEST_RESULTS

const bin = join(root, 'node_modules/.bin')
const env = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  // Processes of the tests begin in half the time.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/zongheng'),
  ...(isLong ? { LONG: '1' } : {}),
}

/** The whole product in real time: minutes of waiting that others can use. */
const loop = 'server/src/cli/loop.test.ts'
/** On SQLite alone: what is the same on either database, or has none; whole processes are played on both by --long. */
const playedOnce = [
  ...['child', 'secret', 'tls', 'user', ...(isLong ? [] : ['demo', 'loop'])].map((name) => `cli/${name}`),
  ...['contract', 'copy', 'embedded', 'faults', 'file', 'keeping', 'legacy', 'retention'].map(
    (name) => `series/${name}`,
  ),
  'uplink/upgrade-whole',
  ...['http/access', 'http/access-province', 'http/attacks/extra-properties', 'http/attacks/floods', 'http/attacks/forged-requests', 'http/csv', 'http/hardening', 'identity/account/totp', 'identity/sign-in/lockout', 'leaks', 'uplink/gateway', 'uplink/routes'], // prettier-ignore
  ...['drills/drills', 'identity/passwords/passwords', 'identity/policy/policy', 'identity/sessions/sessions', 'identity/sessions/view-as', 'identity/tokens/tokens', 'realtime/rights-watch', 'setup/setup', 'state/duplex-watch'], // prettier-ignore
  ...['approvals/approvers', 'approvals/rule', 'bookings/warnings', 'catalogue/defaults', 'changes/conflicts', 'changes/risk', 'desk/engine', 'desk/presence', 'desk/rules', 'files/clamd', 'knowledge/library', 'knowledge/plain', 'mail/desk-mail', 'mail/mail', 'realtime/company', 'search/stretches', 'tasks/order'], // prettier-ignore
]

/** Answers whether all passed. `beside`: printed when it is over; whatever runs at its side makes way for it. */
function vitest(name, args, { more = {}, beside = false } = {}) {
  const report = resultsDir
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${join(resultsDir, `${name}.json`)}`]
    : []
  if (!beside) console.log(`\ntest: ${name}`)
  const child = spawn(join(bin, 'vitest'), ['run', ...report, ...args], {
    cwd: root,
    env: { ...env, ...more },
    stdio: beside ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  })
  if (!beside) setPriority(child.pid, 10)
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
  return new Promise((resolve, reject) =>
    child.on('error', reject).on('close', (code) => {
      if (beside) process.stdout.write(`\ntest: ${name}\n${Buffer.concat(said)}`)
      resolve(code === 0)
    }),
  )
}

async function main() {
  installPackages()
  await installDependencies()
  await buildConsole()
  if (filters.length > 0) {
    const passed = await vitest('everything', filters)
    const forServer = filters.filter((filter) => filter.startsWith('server'))
    return (forServer.length === 0 || (await onPostgres(forServer))) && passed
  }
  const looping = vitest('loop', [loop], { beside: true })
  // The processor waits for a third of the time: what PostgreSQL has to do fits in beside, once the loop is over.
  const onBoth = looping.then(() => onPostgres(['server/src/'], { beside: true }))
  const passed = [await vitest('everything', ['--exclude', loop]), await onBoth, await looping]
  return passed.every(Boolean)
}

async function onPostgres(paths, { beside = false } = {}) {
  const postgres = await startPostgres()
  if (!postgres) return true
  try {
    const but = playedOnce.flatMap((name) => ['--exclude', `server/src/${name}.test.ts`])
    const shares = beside ? ['--maxWorkers=1'] : []
    return await vitest('server-on-postgresql', ['--passWithNoTests', ...shares, ...but, ...paths], {
      more: { TEST_DATABASE_URL: postgres.url },
      beside,
    })
  } finally {
    postgres.stop()
  }
}

main().then(
  (passed) => (process.exitCode = passed ? 0 : 1),
  (error) => {
    console.error(`test: ${error.message}`)
    process.exitCode = 1
  },
)
