import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const sources = '{server,collector,inventory,playbooks}/**/*.ts'
const entries = [
  'server/src/main.ts',
  'server/src/series/worker.ts',
  'collector/src/main.ts',
  'playbooks/src/run.ts',
]

/** Node's compile cache: a process that finds its modules there needs no compiler of its own, 20 MB less. */
export const compileCache = process.env.ZONGHENG_CACHE_DIR ?? join(root, 'node_modules/.cache/zongheng')

/** Compiles all modules once in a process of its own, unless nothing changed since. `nodeOptions`: those of the later processes. */
export async function compileAhead(nodeOptions: string[]): Promise<void> {
  const stamp = join(compileCache, `compiled-${fingerprint(nodeOptions)}`)
  if (existsSync(stamp)) return
  mkdirSync(compileCache, { recursive: true })
  const script = `await Promise.all(${JSON.stringify(entries)}.map((entry) => import(${JSON.stringify(`file://${root}`)} + entry))); process.exit(0)`
  const child = spawn(process.execPath, [...nodeOptions, '--input-type=module', '--eval', script], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('exit', resolve),
  )
  if (code !== 0) throw new Error(`the modules could not be compiled ahead (code ${code})`)
  writeFileSync(stamp, '')
}

function fingerprint(nodeOptions: string[]): string {
  const hash = createHash('sha256').update([process.version, ...nodeOptions].join('\0'))
  const files = globSync(sources, { cwd: root, exclude: (path) => path.includes('node_modules') })
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(join(root, file))
    hash.update(`${file}\0${size}\0${mtimeMs}\0`)
  }
  return hash.digest('hex').slice(0, 16)
}
