import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withDirectory, type Found } from './ldap.ts'
import type { LdapSettings } from './schema.ts'
import {
  groupDn,
  hasSlapd,
  personDn,
  rootDn,
  rootPassword,
  startSlapd,
  suffix,
  type Slapd,
} from './slapd-testing.ts'

const password = 'Zhang-3-correct'
const base = {
  startTls: false,
  allowPlaintext: false,
  bindDn: rootDn,
  baseDn: suffix,
  userFilter: '(&(objectClass=inetOrgPerson)(uid={username}))',
  attributes: { id: 'entryUUID', username: 'uid', displayName: 'displayName', email: 'mail' },
  groupAttribute: 'memberOf',
  defaultRegionId: 'reg',
  groups: [],
}

describe.skipIf(!hasSlapd)('a directory', () => {
  let slapd: Slapd
  let settings: LdapSettings
  beforeAll(async () => {
    slapd = await startSlapd()
    settings = { ...base, url: slapd.url }
    await slapd.addPerson('zhangsan', password, { displayName: '张三', mail: 'zhangsan@example.cn' })
    await slapd.addPerson('lisi', 'Li-4-correct')
    await slapd.addPerson('twin', 'Twin-1-correct')
    await slapd.addPerson('twin', 'Twin-2-correct', {}, 'others')
    await slapd.addGroup('netops', ['zhangsan', 'lisi'])
    await slapd.addGroup('night-shift', ['zhangsan'])
  })
  afterAll(() => slapd.close())

  const find = (username: string, more: Partial<LdapSettings> = {}): Promise<Found[]> =>
    withDirectory({ ...settings, ...more }, rootPassword, (directory) => directory.find(username))
  const check = (username: string, typed: string) =>
    withDirectory(settings, rootPassword, async (directory) => {
      const [found] = await directory.find(username)
      return directory.accepts(found!, typed)
    })

  it('describes a person and their groups', async () => {
    const [found] = await find('zhangsan')
    expect(found).toMatchObject({
      dn: personDn('zhangsan'),
      person: { username: 'zhangsan', displayName: '张三', email: 'zhangsan@example.cn', phone: null },
    })
    expect(found!.person.externalId).toMatch(/^[0-9a-f-]{36}$/)
    expect(found!.person.groups).toContain(groupDn('netops'))
    expect(found!.person.groups).toHaveLength(2)
  })

  it('is searched for groups where people do not name theirs', async () => {
    const { groupAttribute: _, ...others } = settings
    const search = { ...others, groupBaseDn: suffix, groupFilter: '(member={dn})' }
    const [found] = await withDirectory(search, rootPassword, (directory) => directory.find('lisi'))
    expect(found!.person.groups).toEqual([groupDn('netops')])
  })

  it('takes names of attributes in any case', async () => {
    const attributes = { id: 'ENTRYuuid', username: 'UID', displayName: 'displayname' }
    const [found] = await find('zhangsan', { attributes })
    expect(found!.person).toMatchObject({ username: 'zhangsan', displayName: '张三' })
  })

  it.each([
    ['the right one', password, true],
    ['a wrong one', 'Zhang-3-wrong', false],
    ['none, which a directory takes for no one’s sign-in', '', false],
    ['an asterisk', '*', false],
  ])('is asked for a password: %s', async (_name, typed, expected) => {
    expect(await check('zhangsan', typed)).toBe(expected)
  })

  it.each([
    '*',
    'zhang*',
    '*)(uid=*',
    'zhangsan)(objectClass=*',
    'zhangsan)(|(uid=*',
    '\\2a',
    '\\',
    '(',
    ')',
    'zhangsan\0',
    '\0',
    'zhang/san',
    'zhangsan,ou=people',
    '{username}',
    '$&',
  ])('finds nobody for %j', async (username) => {
    expect(await find(username)).toEqual([])
  })

  it('says when a name is two people’s, and no more than that', async () => {
    expect(await find('twin')).toHaveLength(2)
    expect(await find('x', { userFilter: '(|(objectClass=inetOrgPerson)(uid={username}))' })).toHaveLength(2)
  })

  describe('its encryption', () => {
    const tls = (more: Partial<LdapSettings>) => find('zhangsan', more)
    it('holds by ldaps://', async () => {
      expect(await tls({ url: slapd.ldapsUrl, caCertificate: slapd.certificate })).toHaveLength(1)
    })
    it('holds by StartTLS', async () => {
      expect(await tls({ startTls: true, caCertificate: slapd.certificate })).toHaveLength(1)
    })
    it.each([
      ['ldaps:// of a stranger', () => ({ url: slapd.ldapsUrl })],
      ['StartTLS of a stranger', () => ({ startTls: true })],
      [
        'ldaps:// by another name than the certificate’s',
        () => ({ url: slapd.ldapsUrl.replace('127.0.0.1', 'localhost'), caCertificate: slapd.certificate }),
      ],
      [
        'StartTLS by another name than the certificate’s',
        () => ({
          url: slapd.url.replace('127.0.0.1', 'localhost'),
          startTls: true,
          caCertificate: slapd.certificate,
        }),
      ],
    ])('is refused: %s', async (_name, more) => {
      await expect(tls(more())).rejects.toMatchObject({ code: 'directory-away', status: 503 })
    })
  })

  it.each([
    ['a searching account with a wrong password', { bindDn: rootDn }, 'wrong'],
    ['a searching account without a password', { bindDn: rootDn }, null],
    ['a base that is not there', { baseDn: 'dc=nowhere' }, rootPassword],
    [
      'a person without an identifier',
      { attributes: { ...base.attributes, id: 'employeeNumber' } },
      rootPassword,
    ],
  ])('that answers, but not as it should, is away: %s', async (_name, more, secret) => {
    const asked = withDirectory({ ...settings, ...more }, secret, (directory) => directory.find('zhangsan'))
    await expect(asked).rejects.toMatchObject({ code: 'directory-away' })
  })
})

describe('a directory that is away', () => {
  it('refuses the connection', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const asked = withDirectory({ ...base, url: `ldap://127.0.0.1:${port}` }, 'x', (directory) =>
      directory.find('x'),
    )
    await expect(asked).rejects.toMatchObject({ code: 'directory-away' })
  })

  it('hangs up, and is not called again: that would be without StartTLS', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.once('data', () => socket.destroy())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const settings = { ...base, url: `ldap://127.0.0.1:${port}` }
    const { bindDn: _bindDn, ...anonymous } = settings
    const asked = withDirectory(anonymous, null, async (directory) => {
      await directory.find('x').catch(() => undefined)
      return directory.accepts({ dn: 'uid=x', person: {} as Found['person'] }, 'secret')
    })
    await expect(asked).rejects.toMatchObject({ code: 'directory-away' })
    expect(connections).toBe(1)
    server.close()
  })

  it('never answers: it is given five seconds', { timeout: 10_000 }, async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const asked = withDirectory({ ...base, url: `ldap://127.0.0.1:${port}` }, 'x', (directory) =>
      directory.find('x'),
    )
    await expect(asked).rejects.toMatchObject({ code: 'directory-away' })
    server.close()
  })
})
