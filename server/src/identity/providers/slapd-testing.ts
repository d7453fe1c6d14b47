import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'ldapts'
import { freePort } from '../../daemon-testing.ts'

const program = '/usr/sbin/slapd'
/** Debian's slapd is a real peer; tests are skipped where it is not installed. */
export const hasSlapd = existsSync(program)

export const suffix = 'dc=example,dc=cn'
export const rootDn = `cn=admin,${suffix}`
export const rootPassword = 'root-secret'
export const personDn = (uid: string, ou = 'people') => `uid=${uid},ou=${ou},${suffix}`
export const groupDn = (cn: string) => `cn=${cn},ou=groups,${suffix}`

const triesAtMost = 250
const betweenTriesMs = 20

export interface Slapd {
  url: string
  ldapsUrl: string
  /** PEM of the certificate for 127.0.0.1, which signed itself. */
  certificate: string
  /** Bound as the root of the directory. */
  admin: Client
  addPerson: (uid: string, password: string, more?: Record<string, string>, ou?: string) => Promise<void>
  addGroup: (cn: string, uids: string[]) => Promise<void>
  /** Ends the process; the folder stays, for `start`. */
  stop: () => Promise<void>
  start: () => Promise<void>
  close: () => Promise<void>
}

/** A directory of its own on free ports of loopback, with memberOf and TLS. */
export async function startSlapd(): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-slapd-'))
  const [port, tlsPort] = [await freePort(), await freePort()]
  const url = `ldap://127.0.0.1:${port}`
  const ldapsUrl = `ldaps://127.0.0.1:${tlsPort}`
  writeConfig(folder)
  let child = await run(folder, url, ldapsUrl)
  const admin = new Client({ url })
  const stop = async () => {
    await admin.unbind()
    await end(child)
  }
  const start = async () => {
    child = await run(folder, url, ldapsUrl)
    await admin.bind(rootDn, rootPassword)
  }
  await admin.bind(rootDn, rootPassword)
  await admin.add(suffix, { objectClass: ['organization', 'dcObject'], o: 'example', dc: 'example' })
  for (const ou of ['people', 'others', 'groups'])
    await admin.add(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit', ou })
  return {
    url,
    ldapsUrl,
    certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    admin,
    addPerson: (uid, userPassword, more = {}, ou = 'people') =>
      admin.add(personDn(uid, ou), {
        objectClass: 'inetOrgPerson',
        sn: uid,
        cn: uid,
        displayName: uid,
        userPassword,
        ...more,
      }),
    addGroup: (cn, uids) =>
      admin.add(groupDn(cn), { objectClass: 'groupOfNames', cn, member: uids.map((uid) => personDn(uid)) }),
    stop,
    start,
    close: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function writeConfig(folder: string): void {
  const [key, certificate] = ['key.pem', 'cert.pem'].map((name) => join(folder, name))
  // prettier-ignore
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=directory',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key!, '-out', certificate!,
  ], { stdio: 'ignore' })
  mkdirSync(join(folder, 'db'))
  const lines = [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    `TLSCertificateFile ${certificate}`,
    `TLSCertificateKeyFile ${key}`,
    'database mdb',
    `suffix "${suffix}"`,
    `rootdn "${rootDn}"`,
    `rootpw ${rootPassword}`,
    `directory ${join(folder, 'db')}`,
    'overlay memberof',
  ]
  writeFileSync(join(folder, 'slapd.conf'), lines.join('\n') + '\n')
}

/** Once it says that it is there. */
async function run(folder: string, ...urls: string[]): Promise<ChildProcess> {
  const args = ['-f', join(folder, 'slapd.conf'), '-h', urls.join(' '), '-d', 'stats']
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    if (!line.includes('slapd starting')) continue
    child.stderr.resume()
    await Promise.all(urls.map(reachable))
    return child
  }
  throw new Error(`slapd does not start: ${said.join('\n')}`)
}

/** It says that it starts a moment before it listens. */
async function reachable(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  for (let tries = 0; ; tries++) {
    const socket = connect(Number(port), hostname)
    const isThere = await once(socket, 'connect').catch((error: Error) => error)
    socket.destroy()
    if (!(isThere instanceof Error)) return
    if (tries === triesAtMost) throw isThere
    await setTimeout(betweenTriesMs)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
