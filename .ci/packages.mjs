// The real peers that tests talk to: Debian's packages. Suites look for the programs themselves and skip without them.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'

/** Package, the program or file that shows it is there, and what goes untested without it. */
const packages = [
  ['snmpd', ['/usr/sbin/snmpd'], 'collection against a real SNMP agent'],
  ['snmp', ['/usr/bin/snmpwalk'], 'comparison with snmpwalk'],
  ['fping', ['/usr/bin/fping'], 'ICMP probes'],
  ['slapd', ['/usr/sbin/slapd'], 'sign-in through a directory'],
  ['ldap-utils', ['/usr/bin/ldapadd'], 'sign-in through a directory'],
  ['openssh-server', ['/usr/sbin/sshd'], 'playbooks over SSH'],
  ['bsdutils', ['/usr/bin/logger'], 'syslog of a real sender'],
  ['rsyslog', ['/usr/sbin/rsyslogd'], 'syslog passed on by a real relay'],
  ['openssl', ['/usr/bin/openssl'], 'checks of certificates'],
  ['dnsmasq-base', ['/usr/sbin/dnsmasq'], 'DNS checks'],
  ['chrony', ['/usr/sbin/chronyd'], 'NTP checks'],
  ['opensmtpd', ['/usr/sbin/smtpd'], 'SMTP checks, messages and letters by mail'],
  ['dovecot-imapd', ['/usr/lib/dovecot/imap'], 'IMAP checks, the desk by mail'],
  ['clamav-daemon', ['/usr/sbin/clamd'], 'attachments looked at by a scanner'],
  ['postgresql', postgresFolders(), 'the server suite on PostgreSQL'],
  ['victoria-metrics', ['/usr/bin/victoria-metrics'], 'series kept by VictoriaMetrics'],
  ['influxdb', ['/usr/bin/influxd'], 'series kept by InfluxDB'],
  ['chromium', ['/usr/bin/chromium'], 'the console in a browser'],
  ['fonts-noto-cjk', ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'], 'Chinese in screenshots'],
]

export function postgresFolders() {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => `${root}/${version}/bin`).filter((bin) => existsSync(`${bin}/initdb`))
}

const missing = () =>
  packages.filter(
    ([name, paths]) => !(name === 'postgresql' ? postgresFolders() : paths).some((path) => existsSync(path)),
  )

/** Installs what is missing where we may; otherwise says what will be skipped. In CI a gap is a failure. */
export function installPackages() {
  if (missing().length > 0 && process.getuid() === 0 && existsSync('/usr/bin/apt-get'))
    aptInstall(missing().map(([name]) => name))
  const gaps = missing()
  for (const [name, , untested] of gaps)
    console.error(`test: ${name} is not installed, not tested: ${untested}`)
  if (gaps.length > 0 && process.env.CI === 'true')
    throw new Error('packages are missing, and CI tests everything')
}

function aptInstall(names) {
  console.error(`test: installing ${names.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 2, 'inherit'] })
  withoutDaemons(() => {
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...names)
  })
}

/** Debian starts a daemon when it is installed; the tests start their own. */
function withoutDaemons(work) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return work()
  mkdirSync('/usr/sbin', { recursive: true })
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    work()
  } finally {
    rmSync(policy, { force: true })
  }
}

export const idsOf = (user) => ({
  uid: Number(execFileSync('id', ['-u', user])),
  gid: Number(execFileSync('id', ['-g', user])),
})
