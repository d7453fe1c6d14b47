#!/usr/bin/env node
// The command on any Node ≥ 20.9: installs what the lock file names, builds the console if its sources changed, and hands over to
// the Node that the lock file brings. Plain JavaScript without dependencies; stdout belongs to the command.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildConsole, installDependencies, root } from './prepare.mjs'

const args = process.argv.slice(2)
const needsConsole = args[0] === 'serve' || (args[0] === 'demo' && args[1] !== 'fault')

try {
  await installDependencies()
  if (needsConsole) await buildConsole()
} catch (error) {
  console.error(`zongheng: ${error.message}`)
  process.exit(1)
}

const node = join(root, 'node_modules/.bin/node')
const main = join(root, 'server/src/cli/main.ts')
const env = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/zongheng'), ...process.env }
const child = spawn(node, ['--disable-warning=ExperimentalWarning', main, ...args], { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`zongheng: ${node}: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
