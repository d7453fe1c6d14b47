import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import snmp from 'net-snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SnmpCredential } from '../contract.ts'
import { tag } from './ber.ts'
import { hashOf } from './cell.ts'
import { SnmpEngine } from './engine.ts'
import { openSession } from './open.ts'
import { served, servedRoot, servedTable, serving } from './served-testing.ts'
import type { SnmpSession } from './session.ts'
import { numberIn, tableCells, tableColumns } from './table.ts'
import { Snmpd } from './testing.ts'
import type { UsmCredential } from './usm/user.ts'
import type { SnmpValue } from './value.ts'

/** Ours, what snmpd.conf(5) and snmpcmd(1) call it, what the npm library calls it; null where it has none. */
const auths = [
  ['md5', 'MD5', snmp.AuthProtocols.md5],
  ['sha', 'SHA', snmp.AuthProtocols.sha],
  ['sha224', 'SHA-224', snmp.AuthProtocols.sha224],
  ['sha256', 'SHA-256', snmp.AuthProtocols.sha256],
  ['sha384', 'SHA-384', snmp.AuthProtocols.sha384],
  ['sha512', 'SHA-512', snmp.AuthProtocols.sha512],
] as const
const privs = [
  ['des', 'DES', null], // it wants OpenSSL's legacy provider
  ['aes', 'AES', snmp.PrivProtocols.aes],
  ['aes192b', 'AES-192', null],
  ['aes192r', 'AES-192-C', null],
  ['aes256b', 'AES-256', snmp.PrivProtocols.aes256b],
  ['aes256r', 'AES-256-C', snmp.PrivProtocols.aes256r],
] as const

interface Way {
  name: string
  credential: SnmpCredential
  /** Of snmpget. */
  tool: string[]
  /** Opens the npm library's session; null where it cannot. */
  library: ((port: number) => snmp.Session) | null
}

const authKey = 'authentic-key'
const privKey = 'private-key'
const usmLibrary = (user: object) => (port: number) =>
  snmp.createV3Session('127.0.0.1', user as snmp.User, { port, version: snmp.Version3 })
const community = (version: '1' | '2c'): Way => ({
  name: `v${version}`,
  credential: { version, community: 'public' },
  tool: [`-v${version}`, '-cpublic'],
  library: (port) =>
    snmp.createSession('127.0.0.1', 'public', {
      port,
      version: version === '1' ? snmp.Version1 : snmp.Version2c,
    }),
})
const noAuth: Way = {
  name: 'v3 noAuthNoPriv',
  credential: { version: '3', user: 'nobody', level: 'noAuthNoPriv' },
  tool: ['-v3', '-lnoAuthNoPriv', '-unobody'],
  library: usmLibrary({ name: 'nobody', level: snmp.SecurityLevel.noAuthNoPriv }),
}
const authOnly = auths.map(([authProtocol, name, library]): Way => ({
  name: `v3 ${name}`,
  credential: { version: '3', user: `a-${authProtocol}`, level: 'authNoPriv', authProtocol, authKey },
  tool: ['-v3', '-lauthNoPriv', `-ua-${authProtocol}`, '-a', name, '-A', authKey],
  library: usmLibrary({
    name: `a-${authProtocol}`,
    level: snmp.SecurityLevel.authNoPriv,
    authProtocol: library,
    authKey,
  }),
}))
const authPriv = auths.flatMap(([authProtocol, authName, authLibrary]) =>
  privs.map(([privProtocol, privName, privLibrary]): Way => {
    const user = `p-${authProtocol}-${privProtocol}`
    return {
      name: `v3 ${authName} ${privName}`,
      credential: { version: '3', user, level: 'authPriv', authProtocol, authKey, privProtocol, privKey },
      tool: ['-v3', '-lauthPriv', `-u${user}`, '-a', authName, '-A', authKey, '-x', privName, '-X', privKey],
      library:
        privLibrary &&
        usmLibrary({
          name: user,
          level: snmp.SecurityLevel.authPriv,
          authProtocol: authLibrary,
          authKey,
          privProtocol: privLibrary,
          privKey,
        }),
    }
  }),
)
const ways = [community('1'), community('2c'), noAuth, ...authOnly, ...authPriv]

const users = [
  'createUser nobody',
  'rouser nobody noauth',
  ...auths.flatMap(([ours, name]) => [`createUser a-${ours} ${name} ${authKey}`, `rouser a-${ours} auth`]),
  ...auths.flatMap(([auth, authName]) =>
    privs.flatMap(([priv, privName]) => [
      `createUser p-${auth}-${priv} ${authName} ${authKey} ${privName} ${privKey}`,
      `rouser p-${auth}-${priv} authpriv`,
    ]),
  ),
]

const sysName = '1.3.6.1.2.1.1.5.0'
const absent = `${servedRoot}.1.999.0`
const files = serving()
const engine = new SnmpEngine()
let snmpd: Snmpd
beforeAll(async () => {
  snmpd = await Snmpd.start([...users, ...files.lines])
})
afterAll(async () => {
  engine.close()
  await snmpd.stop()
  files.remove()
})

const patient = { timeoutMs: 2000, retries: 1 }
async function withSession<T>(
  credential: SnmpCredential,
  work: (session: SnmpSession) => Promise<T>,
  patience = patient,
): Promise<T> {
  const session = openSession(engine, snmpd.peer, credential, patience)
  try {
    return await work(session)
  } finally {
    session.close()
  }
}

/** SNMPv1 has no Counter64: agents leave them out [RFC 2576 §4.1.2.3]. */
const servedTo = ({ credential }: Way) =>
  served.filter(({ value }) => credential.version !== '1' || value.type !== 'counter64')

describe.each(ways.map((way) => [way.name, way] as const))('%s', (_name, way) => {
  it('gets every type and limit as snmpd was told them, and leaves out what it has not', async () => {
    const wanted = servedTo(way)
    const got = await withSession(way.credential, (session) =>
      session.get([...wanted.map(({ oid }) => oid), absent]),
    )
    expect([...got]).toEqual(wanted.map(({ oid, value }) => [oid, value]))
  })

  it('walks to the end of the table and no further', async () => {
    const rows = await withSession(way.credential, (session) => session.walk(`${servedRoot}.1`))
    expect(rows).toEqual(servedTo(way).map(({ oid, value }) => ({ oid, value })))
  })

  it('reads a table cell by cell, and leaves empty what is not there', async () => {
    const rows = Uint32Array.from([...servedTable.rows, 5, 129, 70_000].sort((a, b) => a - b))
    const question = { scalars: [sysName, absent], columns: tableColumns(servedTable.columns), rows }
    const cells = tableCells(question)
    const agent = engine.agent({ peer: snmpd.peer, credential: way.credential, patience: patient })
    await agent.readTable(question, cells)
    agent.close()
    const [octets, text, gauge] = servedTable.valueOf
    const there = (row: number) => servedTable.rows.includes(row)
    const lengthOf = (row: number) => text(row).length * 2 ** 32 + hashOf(Buffer.from(text(row)))
    const expected = [way.credential.version === '1' ? () => null : octets, lengthOf, gauge].flatMap(
      (valueOf) => Array.from(rows, (row) => (there(row) ? valueOf(row) : null)),
    )
    expect(expected.map((_, cell) => numberIn(cells, cell))).toEqual(expected)
    expect([...cells.scalars.tag]).toEqual([tag.octets, 0])
  })

  it("reads what net-snmp's own tool reads", async () => {
    const wanted = servedTo(way).map(({ oid }) => oid)
    const got = await withSession(way.credential, (session) => session.get(wanted))
    const shown = await tool(way, wanted)
    expect([...got].map(([oid, value]) => `${oid} = ${printed(value)}`)).toEqual(shown)
  })

  it.skipIf(!way.library)('reads what the npm library net-snmp reads', async () => {
    const wanted = servedTo(way)
      .map(({ oid }) => oid)
      .concat(sysName)
    const got = await withSession(way.credential, (session) => session.get(wanted))
    const session = way.library!(snmpd.peer.port)
    const read = await new Promise<LibraryVarBind[]>((resolve, reject) =>
      session.get(wanted, (error, varBinds) =>
        error ? reject(error) : resolve(varBinds as LibraryVarBind[]),
      ),
    )
    session.close()
    expect([...got].map(([oid, { value }]) => [oid, value])).toEqual(
      read.map((varBind) => [varBind.oid, plain(varBind)]),
    )
  })
})

describe('contexts of SNMPv3', () => {
  const behind = 'the one behind'
  let inner: Snmpd
  let front: Snmpd
  beforeAll(async () => {
    inner = await Snmpd.start([`sysName ${behind}`])
    const target = `127.0.0.1:${inner.peer.port}`
    const access = ['""', 'rack2'].map(
      (context) => `access readers ${context} usm auth exact everything none none`,
    )
    front = await Snmpd.start([
      'createUser reader SHA-256 authentic-key AES private-key',
      'group readers usm reader',
      'view everything included .1',
      ...access,
      `proxy -Cn rack2 -v2c -c public ${target} .1.3`,
    ])
  })
  afterAll(() => Promise.all([front.stop(), inner.stop()]))

  const reader = { version: '3', user: 'reader', authProtocol: 'sha256', authKey } as const
  const levels = [
    ['authNoPriv', { ...reader, level: 'authNoPriv' }, []],
    [
      'authPriv',
      { ...reader, level: 'authPriv', privProtocol: 'aes', privKey },
      ['-x', 'AES', '-X', privKey],
    ],
  ] as const
  it.each(levels)(
    '%s: what is asked in one is answered from there, as to snmpget',
    async (level, credential, priv) => {
      for (const [contextName, name] of [
        ['', 'test-agent'],
        ['rack2', behind],
      ] as const) {
        // prettier-ignore
        const session = openSession(engine, front.peer, { ...credential, ...(contextName && { contextName }) }, patient)
        const read = await session.get([sysName])
        session.close()
        expect(read.get(sysName)?.value?.toString()).toBe(name)
        const way = { name: level, credential, library: null, tool: ['-v3', `-l${level}`, '-ureader', '-a', 'SHA-256', '-A', authKey, ...priv, '-n', contextName] } // prettier-ignore
        const [line] = await tool(way, [sysName], front.peer)
        expect(line).toBe(`${sysName} = ${printed(read.get(sysName)!)}`)
      }
    },
  )
})

interface LibraryVarBind {
  oid: string
  value: unknown
  type: number
}

/** The library gives a Counter64 as its octets. */
function plain({ type, value }: LibraryVarBind): unknown {
  if (type !== snmp.ObjectType.Counter64) return value
  const exact = BigInt(`0x${(value as Buffer).toString('hex')}`)
  return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact
}

const run = promisify(execFile)
/** Lines of "OID = value", as `printed` writes them. */
async function tool({ tool }: Way, oids: string[], { address, port } = snmpd.peer): Promise<string[]> {
  const { stdout } = await run(
    'snmpget',
    [...tool, '-On', '-OU', '-Ot', '-Ox', `${address}:${port}`, ...oids],
    {
      env: { ...process.env, MIBS: '', SNMPCONFPATH: '/nonexistent' },
    },
  )
  return stdout
    .split(/^(?=\.\d)/m)
    .map((line) => line.slice(1).replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
}

/** A value as net-snmp's tools print it with -OtUx and no MIBs. */
function printed({ type, value }: SnmpValue): string {
  if (type === 'opaque' && Buffer.isBuffer(value)) return `Opaque: Float: ${value.readFloatBE(3).toFixed(6)}`
  if (Buffer.isBuffer(value)) {
    const hex = [...value].map((octet) => octet.toString(16).padStart(2, '0').toUpperCase())
    return value.length === 0 ? '""' : `Hex-STRING: ${hex.join(' ')}`
  }
  const names: Partial<Record<SnmpValue['type'], string>> = {
    integer: 'INTEGER: ',
    counter32: 'Counter32: ',
    gauge32: 'Gauge32: ',
    counter64: 'Counter64: ',
    ip: 'IpAddress: ',
    oid: 'OID: .',
    timeticks: '',
  }
  return (names[type] ?? `${type}: `) + String(value)
}

describe('a credential that is not right', () => {
  const right = authPriv.find(({ name }) => name === 'v3 SHA AES')!.credential as UsmCredential
  it.each<[string, Partial<UsmCredential>, string]>([
    ['no such user', { user: 'stranger' }, 'no such user'],
    [
      'another authentication password',
      { authKey: 'another-key' },
      'the authentication password or its protocol is another',
    ],
    [
      'another authentication protocol',
      { authProtocol: 'sha256' },
      'the authentication password or its protocol is another',
    ],
    ['another privacy password', { privKey: 'another-key' }, 'the privacy password'],
    ['another privacy protocol', { privProtocol: 'aes256b' }, 'the privacy password'],
    [
      'the other extension of the privacy key',
      { user: 'p-sha-aes256b', privProtocol: 'aes256r' },
      'the privacy password',
    ],
    ['a level its user is not set up for', { user: 'a-sha' }, 'not set up there for this level'],
  ])('%s is told as such', async (_name, wrong, words) => {
    const hasty = { timeoutMs: 400, retries: 0 } // some are met with silence
    const asked = withSession({ ...right, ...wrong }, (session) => session.get([sysName]), hasty)
    await expect(asked).rejects.toMatchObject({ name: 'SnmpError', code: 'authentication' })
    await expect(asked).rejects.toThrow(words)
  })
})
