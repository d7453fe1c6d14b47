// npm test: installs what it needs and runs everything; the server suite twice, on SQLite and on PostgreSQL.
// node .ci/test.mjs [--long] [FILTER …]     --long: full counts of the fuzz, crash and soak tests
import { spawn } from 'node:child_process'
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
  ...(isLong ? { LONG: '1' } : {}),
}

/** Tests of the command that are the same on either database, or have none. */
const withoutDatabase = ['child', 'secret', 'tls']

/** Answers whether all passed. */
function vitest(name, paths, more = {}) {
  const report = resultsDir
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${join(resultsDir, `${name}.json`)}`]
    : []
  console.log(`\ntest: ${name}`)
  const child = spawn(join(bin, 'vitest'), ['run', ...report, ...paths], {
    cwd: root,
    env: { ...env, ...more },
    stdio: 'inherit',
  })
  return new Promise((resolve, reject) => child.on('error', reject).on('exit', (code) => resolve(code === 0)))
}

async function main() {
  installPackages()
  await installDependencies()
  await buildConsole()
  const all = await vitest('everything', filters)
  const forServer =
    filters.length === 0 ? ['server/src/'] : filters.filter((filter) => filter.startsWith('server'))
  return (forServer.length === 0 || (await onPostgres(forServer))) && all
}

async function onPostgres(paths) {
  const postgres = await startPostgres()
  if (!postgres) return true
  try {
    // The processes run on both databases in demo.test.ts; the long loop is played twice by --long alone.
    const but = (isLong ? [] : ['loop'])
      .concat(withoutDatabase)
      .flatMap((name) => ['--exclude', `server/src/cli/${name}.test.ts`])
    return await vitest('server-on-postgresql', ['--passWithNoTests', ...but, ...paths], {
      TEST_DATABASE_URL: postgres.url,
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
