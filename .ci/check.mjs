// npm run check: layout, mistakes, types. Runs all of them and says which failed.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { installDependencies, root } from '../server/bin/prepare.mjs'

const bin = join(root, 'node_modules/.bin')
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }

const checks = [
  ['layout', 'prettier', ['--check', '.']],
  ['mistakes', 'eslint', ['.']],
  ['types', 'tsc', ['-p', '.']],
  ['types of the console', 'npm', ['run', '--silent', 'check', '--workspace', 'ui']],
]

await installDependencies()
const failed = checks.filter(([name, command, args]) => {
  console.log(`check: ${name}`)
  return spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status !== 0
})
if (failed.length > 0) {
  console.error(`check: failed: ${failed.map(([name]) => name).join(', ')}`)
  process.exitCode = 1
}
