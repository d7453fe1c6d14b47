// What a fresh clone needs before the first command: locked dependencies and the built console. Each is skipped when it is there.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** `npm ci`, unless node_modules holds what the lock file names. */
export async function installDependencies() {
  if (isInstalled()) return
  console.error('zongheng: 正在安装依赖 (installing the locked dependencies) …')
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
}

/** npm writes what it installed to a lock file of its own, last of all. Packages for other platforms may be missing there. */
function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(hidden)) return false
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const installed = packagesOf(hidden)
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    return installed[path] ? link || installed[path].version === version : Boolean(optional)
  })
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** Whatever the console is made of. Of the server it takes types only, which leave no trace. */
const consoleSources = ['ui', 'inventory/src', 'package-lock.json']
const notSources = new Set(['node_modules', 'build', '.svelte-kit'])

/** Builds `ui/build`, unless it was built from the sources as they are. */
export async function buildConsole() {
  const stamp = join(root, 'ui/build/.sources')
  const hash = hashOf(consoleSources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  console.error('zongheng: 正在构建控制台 (building the console) …')
  await npm(['run', 'build', '--workspace', 'ui'])
  writeFileSync(stamp, hash)
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesIn(join(root, path))).sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesIn(path) {
  if (path.endsWith('.json')) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]))
}

/** Runs npm, the one that runs us if there is one; all it says goes to stderr. */
function npm(args) {
  const own = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm']
  const [command, ...first] = own
  return run(command, [...first, ...args])
}

export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 'inherit'], ...options })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `code ${code}`}`))
    })
  })
}
