// A throw-away PostgreSQL on a free loopback port. It refuses to run as root, so root lends it to the user postgres.
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { idsOf, postgresFolders } from './packages.mjs'

/** What nobody will miss is not worth waiting for. */
const careless = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  jit: 'off',
}

/** `{ url, stop }`, or undefined where PostgreSQL is not installed. `more`: further settings of it. */
export async function startPostgres(more = {}) {
  const bin = postgresFolders()[0]
  if (!bin) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'zongheng-pg-'))
  const owner = process.getuid() === 0 ? idsOf('postgres') : {}
  if (owner.uid !== undefined) chownSync(dir, owner.uid, owner.gid)
  const run = (program, args) =>
    execFileSync(join(bin, program), args, { ...owner, cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] })
  const port = await freePort()
  const data = join(dir, 'data')
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'zongheng', '--locale=C.UTF-8', '--no-sync'])
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: dir,
    max_connections: 200,
    ...careless,
    ...more,
  }
  const options = [
    `-p ${port}`,
    ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`),
  ].join(' ')
  run('pg_ctl', ['-D', data, '-o', options, '-l', join(dir, 'log'), '-w', 'start'])
  const stop = () => {
    run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
    rmSync(dir, { recursive: true, force: true })
  }
  return { url: `postgres://zongheng@127.0.0.1:${port}/postgres`, stop }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
