// Waits until the server of this machine answers: node healthy.mjs ENV_FILE. Whether it lives is asked, not who it is: any certificate.
import { execFileSync } from 'node:child_process'
import { get as httpGet } from 'node:http'
import { get as httpsGet } from 'node:https'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const withinMs = 90_000
const here = dirname(fileURLToPath(import.meta.url))

function settings() {
  const entries = JSON.parse(execFileSync(join(here, 'zongheng'), ['config', '--json'], { encoding: 'utf8' }))
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]))
}

function answers({ host, port, tlsCert }) {
  const address = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
  const options = { host: address, port, path: '/api/health', timeout: 3000, rejectUnauthorized: false }
  return new Promise((resolve) => {
    const request = (tlsCert ? httpsGet : httpGet)(options, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false))
  })
}

const wanted = settings()
const until = Date.now() + withinMs
while (!(await answers(wanted))) {
  if (Date.now() > until) {
    console.error(`no answer at ${wanted.host}:${wanted.port} within ${withinMs / 1000} s`)
    process.exit(1)
  }
  await delay(500)
}
