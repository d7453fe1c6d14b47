/** Debian's own servers, on loopback, for tests of checks. */
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { accessSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function isThere(program: string): boolean {
  try {
    accessSync(program)
    return true
  } catch {
    return false
  }
}

export const programs = {
  dnsmasq: '/usr/sbin/dnsmasq',
  chronyd: '/usr/sbin/chronyd',
  smtpd: '/usr/sbin/smtpd',
  dovecot: '/usr/sbin/dovecot',
}

/** What a test opens is closed in the opposite order. */
export class Cleanups {
  readonly #tasks: (() => unknown)[] = []

  add(task: () => unknown): void {
    this.#tasks.push(task)
  }

  async run(): Promise<void> {
    for (const task of this.#tasks.splice(0).reverse()) await task()
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'zongheng-check-'))
    this.add(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a server in the foreground; it is ready once `isReady` says so. */
async function start(
  cleanups: Cleanups,
  program: string,
  args: string[],
  isReady: () => Promise<boolean>,
): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  const exited = once(child, 'exit')
  let isOver = false
  void exited.then(() => (isOver = true))
  cleanups.add(async () => {
    child.kill()
    await exited
  })
  while (!(await isReady())) {
    if (isOver) throw new Error(`${program} ended: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const accepts = (port: number) => (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })

export async function startDnsmasq(cleanups: Cleanups): Promise<number> {
  const port = await freePort()
  const records = [
    '--host-record=www.check.test,192.0.2.10,2001:db8::10',
    '--cname=alias.check.test,www.check.test',
    '--mx-host=check.test,mail.check.test,10',
    '--txt-record=check.test,v=spf1 -all',
    '--srv-host=_sip._udp.check.test,www.check.test,5060,10,20',
    '--ptr-record=10.2.0.192.in-addr.arpa,www.check.test',
    '--local=/check.test/',
  ]
  const general = ['-k', '-C', '/dev/null', '--no-resolv', '--no-hosts', '--bind-interfaces', '--pid-file=']
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  await start(
    cleanups,
    programs.dnsmasq,
    [...general, ...user, '--listen-address=127.0.0.1', `--port=${port}`, ...records],
    accepts(port),
  )
  return port
}

/** `stratum` null: it has no time from anywhere. */
export async function startChronyd(cleanups: Cleanups, stratum: number | null): Promise<number> {
  const folder = cleanups.folder()
  const port = await freePort()
  const pidFile = join(folder, 'pid')
  const lines = [
    `port ${port}`,
    'bindaddress 127.0.0.1',
    'allow 127.0.0.0/8',
    'cmdport 0',
    'bindcmdaddress /',
    `pidfile ${pidFile}`,
    ...(stratum === null ? [] : [`local stratum ${stratum}`]),
  ]
  writeFileSync(join(folder, 'conf'), lines.join('\n') + '\n')
  await start(cleanups, programs.chronyd, ['-d', '-x', '-U', '-f', join(folder, 'conf')], tellsTime(port))
  return port
}

/** Whether anybody answers there, with whatever it knows of the time. */
const tellsTime = (port: number) => (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (is: boolean) => {
      clearTimeout(timer)
      socket.close()
      resolve(is)
    }
    const timer = setTimeout(end, 200, false)
    socket.once('message', () => end(true)).once('error', () => end(false))
    socket.connect(port, '127.0.0.1', () =>
      socket.send(Buffer.concat([Buffer.of(0b00_100_011), Buffer.alloc(47)])),
    )
  })

export interface MailPorts {
  plain: number
  startTls: number
  tls: number
}

export async function startSmtpd(cleanups: Cleanups, certificate: Certificate): Promise<MailPorts> {
  const folder = cleanups.folder()
  const ports = { plain: await freePort(), startTls: await freePort(), tls: await freePort() }
  const lines = [
    `pki test cert "${certificate.certFile}"`,
    `pki test key "${certificate.keyFile}"`,
    `listen on 127.0.0.1 port ${ports.plain} hostname localhost`,
    `listen on 127.0.0.1 port ${ports.startTls} tls pki test hostname localhost`,
    `listen on 127.0.0.1 port ${ports.tls} smtps pki test hostname localhost`,
    `action "keep" maildir "${join(folder, 'mail')}"`,
    'match for local action "keep"',
  ]
  writeFileSync(join(folder, 'conf'), lines.join('\n') + '\n')
  await start(cleanups, programs.smtpd, ['-d', '-f', join(folder, 'conf')], accepts(ports.tls))
  return ports
}

export async function startDovecot(cleanups: Cleanups, certificate: Certificate): Promise<MailPorts> {
  const folder = cleanups.folder()
  const [startTls, tls] = [await freePort(), await freePort()]
  writeFileSync(
    join(folder, 'conf'),
    `base_dir = ${folder}/base
log_path = /dev/stderr
protocols = imap
ssl = yes
ssl_cert = <${certificate.certFile}
ssl_key = <${certificate.keyFile}
listen = 127.0.0.1
passdb {
  driver = static
  args = password=x
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail
}
service imap-login {
  inet_listener imap {
    port = ${startTls}
  }
  inet_listener imaps {
    port = ${tls}
    ssl = yes
  }
}
`,
  )
  await start(cleanups, programs.dovecot, ['-F', '-c', join(folder, 'conf')], accepts(tls))
  return { plain: startTls, startTls, tls }
}

// ---- certificates ----

export interface Certificate {
  certFile: string
  keyFile: string
  /** With whatever vouches for it, leaf first. */
  chain: string
  key: string
}

export interface Authority extends Certificate {
  /** A certificate of its making, by default for localhost and 127.0.0.1, until `days` from now, which may be past. */
  issue(options?: { names?: string; notBefore?: Date; notAfter?: Date }): Certificate
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
const keyArgs = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const asn1Time = (date: Date) => date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')
const dayMs = 24 * 3_600_000
export const daysFromNow = (days: number) => new Date(Date.now() + days * dayMs)

/** An authority of our own that nobody trusts yet. */
export function newAuthority(
  folder: string,
  name = 'Test Authority',
  notAfter = daysFromNow(365),
): Authority {
  mkdirSync(folder, { recursive: true })
  const [certFile, keyFile] = [join(folder, 'ca.pem'), join(folder, 'ca.key')]
  writeFileSync(join(folder, 'index'), '')
  writeFileSync(join(folder, 'serial'), '01\n')
  writeFileSync(join(folder, 'ca.conf'), caConfig(folder))
  openssl(
    'req',
    '-new',
    ...keyArgs,
    '-keyout',
    keyFile,
    '-out',
    join(folder, 'ca.csr'),
    '-subj',
    `/CN=${name}`,
  )
  const sign = (csr: string, cert: string, extensions: string, from: Date, until: Date, more: string[]) =>
    openssl('ca', '-batch', '-notext', '-config', join(folder, 'ca.conf'), '-extensions', extensions,
      '-startdate', asn1Time(from), '-enddate', asn1Time(until), '-in', csr, '-out', cert, ...more) // prettier-ignore
  sign(join(folder, 'ca.csr'), certFile, 'authority', daysFromNow(-400), notAfter, [
    '-selfsign',
    '-keyfile',
    keyFile,
  ])
  let issued = 0
  const issue: Authority['issue'] = ({
    names = 'DNS:localhost,IP:127.0.0.1',
    notBefore = daysFromNow(-30),
    notAfter = daysFromNow(90),
  } = {}) => {
    const base = join(folder, `leaf-${++issued}`)
    openssl('req', '-new', ...keyArgs, '-keyout', `${base}.key`, '-out', `${base}.csr`, '-subj', `/CN=leaf ${issued}`, '-addext', `subjectAltName=${names}`) // prettier-ignore
    sign(`${base}.csr`, `${base}.pem`, 'leaf', notBefore, notAfter, [])
    const chain = readFileSync(`${base}.pem`, 'utf8') + readFileSync(certFile, 'utf8')
    writeFileSync(`${base}.chain.pem`, chain)
    return {
      certFile: `${base}.chain.pem`,
      keyFile: `${base}.key`,
      chain,
      key: readFileSync(`${base}.key`, 'utf8'),
    }
  }
  return {
    certFile,
    keyFile,
    chain: readFileSync(certFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
    issue,
  }
}

const caConfig = (folder: string) => `
[ca]
default_ca = default
[default]
database = ${folder}/index
serial = ${folder}/serial
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:true
[leaf]
basicConstraints = CA:false
`
