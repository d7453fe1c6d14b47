// The demo in a fresh clone, as a newcomer starts it: `npm run demo`, its health, a sign-in, and a clean end.
// node .ci/demo.mjs CLONE
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const clone = process.argv[2]
const readyAtMostMs = 10 * 60_000
const endAtMostMs = 10_000

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})
const data = join(clone, 'ci-data')
const demo = spawn('npm', ['run', '--silent', 'demo', '--', '--port', `${port}`, '--data', data, '--json'], {
  cwd: clone,
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
})

try {
  const { url, username, password } = await readyLine()
  await expectOk(`${url}/api/health`)
  await expectOk(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  await expectOk(`${url}/`, { headers: { accept: 'text/html' } })
  await stopCleanly()
  console.log('demo: starts from a fresh clone, answers, signs in, ends')
} catch (error) {
  console.error(`demo: ${error.message}`)
  process.exitCode = 1
} finally {
  if (demo.exitCode === null && demo.signalCode === null) process.kill(-demo.pid, 'SIGKILL')
  rmSync(data, { recursive: true, force: true })
}

async function readyLine() {
  const late = setTimeout(() => process.kill(-demo.pid, 'SIGKILL'), readyAtMostMs)
  const [line] = await Promise.race([
    once(createInterface({ input: demo.stdout }), 'line'),
    once(demo, 'exit').then(([code]) => {
      throw new Error(`ended with ${code} before it was ready`)
    }),
  ])
  clearTimeout(late)
  return JSON.parse(line)
}

async function expectOk(url, options) {
  const answer = await fetch(url, options)
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 200)}`)
}

async function stopCleanly() {
  const ended = once(demo, 'exit')
  process.kill(-demo.pid, 'SIGINT') // as Ctrl-C does
  const late = setTimeout(() => process.kill(-demo.pid, 'SIGKILL'), endAtMostMs)
  await ended
  clearTimeout(late)
  const left = groupOf(demo.pid)
  if (left.length > 0) throw new Error(`processes left behind: ${left.join(', ')}`)
}

/** Command lines of a process group, from /proc. */
function groupOf(pgid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .filter((pid) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[2]) === pgid)
    .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim())
    .filter((line) => line.includes('zongheng') || line.includes('main.ts'))
}
