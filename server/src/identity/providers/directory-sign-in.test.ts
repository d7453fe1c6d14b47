import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Attribute, Change } from 'ldapts'
import { testApp, type TestApp } from '../../testing.ts'
import { hashPassword } from '../passwords/password.ts'
import type { IdentityProvider } from './schema.ts'
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

const password = 'Right-1-password'

const set = (type: string, value: string) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) })

describe.skipIf(!hasSlapd)('a sign-in by a directory', () => {
  let slapd: Slapd
  let t: TestApp
  let officer: Awaited<ReturnType<TestApp['as']>>
  let provider: IdentityProvider
  beforeAll(async () => {
    slapd = await startSlapd()
    t = await testApp()
    officer = await t.as('security-admin')
    // prettier-ignore
    const people = ['zhangsan', 'wangwu', 'both', 'officer', 'plain', 'taken', 'leaver', 'disabled', 'moved', '张伟', 'bad name', 'mixed']
    for (const uid of people) await slapd.addPerson(uid, password, { mail: 'x@example.cn' })
    await slapd.addPerson('twin', password)
    await slapd.addPerson('twin', password, {}, 'others')
    await slapd.addGroup('netops', ['zhangsan', 'both', 'moved', '张伟'])
    await slapd.addGroup('desk', ['zhangsan', 'wangwu'])
    await slapd.addGroup('security', ['both', 'officer', 'mixed'])
    await slapd.addGroup('unmapped', ['plain'])
    const answer = await officer.inject({ method: 'POST', url: '/identity-providers', body: newProvider() })
    expect(answer.statusCode, answer.body).toBe(201)
    provider = answer.json<IdentityProvider>()
  })
  afterAll(async () => {
    await t.close()
    await slapd.close()
  })
  // Tries of one test are not to hold up the next.
  beforeEach(() => void (t.context.now += 600_000))

  const region = (code: string) => t.regions.get(code)!
  const newProvider = () => ({
    kind: 'ldap',
    name: '省厅目录',
    secret: rootPassword,
    settings: {
      url: slapd.url,
      bindDn: rootDn,
      baseDn: suffix,
      userFilter: '(&(objectClass=inetOrgPerson)(|(uid={username})(employeeNumber={username})))',
      attributes: { email: 'mail', phone: 'telephoneNumber' },
      groupAttribute: 'memberOf',
      defaultRegionId: region('130100'),
      groups: [
        { group: groupDn('netops').toUpperCase(), role: 'network-admin', regionId: region('130000') },
        { group: groupDn('desk'), role: 'agent', regionId: region('130100') },
        { group: groupDn('security'), role: 'security-admin', regionId: region('130000') },
      ],
    },
  })
  const signIn = (username: string, typed = password) =>
    t.anyone({ method: 'POST', url: '/session', body: { username, password: typed } })
  const userNamed = (username: string) =>
    t.context.db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()
  const grantsOf = (userId: string) =>
    t.context.db.selectFrom('grants').selectAll().where('user_id', '=', userId).execute()
  const records = (action: string) =>
    t.context.db.selectFrom('audit_records').selectAll().where('action', '=', action).orderBy('seq').execute()
  const join = async (group: string, uid: string) => setMember('add', group, uid)
  const leave = async (group: string, uid: string) => setMember('delete', group, uid)
  const setMember = (operation: 'add' | 'delete', group: string, uid: string) =>
    slapd.admin.modify(
      groupDn(group),
      new Change({ operation, modification: new Attribute({ type: 'member', values: [personDn(uid)] }) }),
    )

  it('is offered on the sign-in page', async () => {
    expect((await t.anyone({ url: '/sign-in' })).json()).toEqual({ providers: [], directory: true })
  })

  it('makes an account with the roles of its groups, on record', async () => {
    const answer = await signIn('ZhangSan')
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json()).toMatchObject({ user: { username: 'zhangsan' }, stage: 'open' })
    expect(answer.json().roles.sort()).toEqual(['agent', 'network-admin'])
    const user = (await userNamed('zhangsan'))!
    expect(user).toMatchObject({
      email: 'x@example.cn',
      region_id: region('130100'),
      provider_id: provider.id,
    })
    const [created] = await records('identity.user-created')
    expect(created).toMatchObject({ actor_kind: 'system', actor_name: '省厅目录', entity_id: user.id })
    expect((await records('identity.grant-given')).map(({ region_id }) => region_id)).toEqual([
      region('130000'),
      region('130100'),
    ])
  })

  it('finds the same account again, whatever it was called by', async () => {
    await signIn('wangwu')
    const before = await userNamed('wangwu')
    await slapd.admin.modify(personDn('wangwu'), set('employeeNumber', '10086'))
    const answer = await signIn('10086')
    expect(answer.json().user.id).toBe(before!.id)
  })

  it('counts guesses at one name together, in whatever letters they come', async () => {
    const client = { address: '127.0.0.9', userAgent: '' } // the address of other tests may ask no more
    const guess = (name: string, word = 'Wrong-1-password') =>
      t.services.signIn.withPassword(name, word, client)
    await guess('plain', password)
    for (const name of ['ｐlain', 'pｌain', 'plａin', 'plaｉn', 'plaiｎ'])
      await expect(guess(name)).rejects.toMatchObject({ code: 'wrong-credentials' })
    for (const name of ['plain', 'ＰＬＡＩＮ', ' plain'])
      await expect(guess(name, password)).rejects.toMatchObject({ code: 'account-locked' })
    expect(await t.services.federation.directories.verify('plāin', password)).toBeUndefined()
  })

  it('brings name, address and telephone number up to date', async () => {
    await signIn('wangwu')
    const told = [set('displayName', '王五'), set('telephoneNumber', '0311-123456')]
    await slapd.admin.modify(personDn('wangwu'), told)
    expect((await signIn('wangwu')).json().user.displayName).toBe('王五')
    expect(await userNamed('wangwu')).toMatchObject({ phone: '0311-123456', email: 'x@example.cn' })
    const [change] = (await records('identity.user-changed')).slice(-1)
    expect(JSON.parse(change!.after!)).toEqual({ displayName: '王五', phone: '0311-123456' })
  })

  it('takes what a group no longer gives, gives what it does, and leaves alone what people gave', async () => {
    const { user } = (await signIn('moved')).json()
    const now = t.context.clock()
    const local = {
      id: 'grt_local',
      user_id: user.id,
      team_id: null,
      role: 'manager',
      region_id: region('130123'),
    }
    const stamps = { provider_id: null, expires_at: null, created_at: now, updated_at: now }
    await t.context.db
      .insertInto('grants')
      .values({ ...local, ...stamps })
      .execute()
    await leave('netops', 'moved')
    await join('desk', 'moved')
    expect((await signIn('moved')).json().roles.sort()).toEqual(['agent', 'manager'])
    const [taken] = (await records('identity.grant-taken')).slice(-1)
    expect(JSON.parse(taken!.before!)).toMatchObject({ role: 'network-admin', provider: '省厅目录' })
    await leave('desk', 'moved')
    expect((await signIn('moved')).json().roles).toEqual(['manager'])
    expect(await grantsOf(user.id)).toMatchObject([{ id: 'grt_local' }])
  })

  it('lets in who is in no group that counts, to see nothing', async () => {
    const answer = await signIn('plain')
    expect(answer.json()).toMatchObject({
      stage: 'open',
      roles: [],
      permissions: ['identity.self'],
      regions: [],
    })
  })

  it('takes Chinese names', async () => {
    expect((await signIn('张伟')).json()).toMatchObject({
      user: { username: '张伟' },
      roles: ['network-admin'],
    })
  })

  it('is refused where the groups’ roles exclude one another, on record, and makes no account', async () => {
    const answer = await signIn('both')
    expect(answer.statusCode).toBe(409)
    expect(answer.json().code).toBe('roles-exclude')
    expect(await userNamed('both')).toBeUndefined()
    const [refusal] = (await records('identity.sign-in-failed')).filter(
      ({ entity_type }) => entity_type === 'provider',
    )
    expect(JSON.parse(refusal!.after!)).toMatchObject({ username: 'both', problem: 'roles-exclude' })
  })

  it('is refused where a group’s role excludes one that a person gave', async () => {
    await leave('security', 'mixed')
    const { user } = (await signIn('mixed')).json()
    const now = t.context.clock()
    const grant = { user_id: user.id, team_id: null, role: 'agent', region_id: region('130123') }
    const stamps = { provider_id: null, expires_at: null, created_at: now, updated_at: now }
    await t.context.db
      .insertInto('grants')
      .values({ id: 'grt_mixed', ...grant, ...stamps })
      .execute()
    await join('security', 'mixed')
    expect((await signIn('mixed')).json().code).toBe('roles-exclude')
    expect(await grantsOf(user.id)).toMatchObject([{ role: 'agent' }])
  })

  it('gives an officer’s role to who holds no other', async () => {
    expect((await signIn('officer')).json().roles).toEqual(['security-admin'])
  })

  it('takes over no account of the same name', async () => {
    const passwordHash = await hashPassword('Local-1-password')
    const local = { username: 'taken', displayName: '本地', passwordHash, grants: [] }
    await t.services.identity.createUser({ ...local, regionId: region('130000') })
    expect((await signIn('taken')).statusCode).toBe(401)
    await slapd.admin.modify(personDn('taken'), set('employeeNumber', '10010'))
    expect((await signIn('10010')).json().code).toBe('username-taken')
    expect(await userNamed('taken')).toMatchObject({ display_name: '本地', provider_id: null })
  })

  it('gives the account of someone who left to nobody who is called the same', async () => {
    const { user } = (await signIn('leaver')).json()
    await slapd.admin.del(personDn('leaver'))
    expect((await signIn('leaver')).statusCode).toBe(401)
    await slapd.addPerson('leaver', password)
    expect((await signIn('leaver')).json().code).toBe('username-taken')
    expect((await userNamed('leaver'))!.id).toBe(user.id)
  })

  it('is as a wrong password for who is disabled here', async () => {
    await signIn('disabled')
    await t.context.db
      .updateTable('users')
      .set({ disabled_at: t.context.clock() })
      .where('username', '=', 'disabled')
      .execute()
    expect((await signIn('disabled')).json().code).toBe('wrong-credentials')
  })

  it.each([
    ['a wrong password', 'zhangsan', 'Wrong-1-password'],
    ['a name that nobody has', 'nobody', password],
    ['a name that two people have', 'twin', password],
    ['an asterisk', '*', password],
    ['an injected filter', '*)(uid=*', password],
    ['an injected alternative', 'x)(|(objectClass=*)', password],
    ['a slash', 'zhang/san', password],
    ['a line break', 'zhangsan\n(uid=*)', password],
    ['only blanks', '   ', password],
  ])('fails with %s', async (_name, username, typed) => {
    const answer = await signIn(username, typed)
    expect(answer.statusCode, answer.body).toBe(401)
    expect(answer.json().code).toBe('wrong-credentials')
  })

  it('is with a password that is changed elsewhere', async () => {
    const [cookie = ''] = String((await signIn('wangwu')).headers['set-cookie']).split(';')
    const body = { current: password, next: 'Another-2-password' }
    const answer = await t.anyone({ method: 'PUT', url: '/me/password', headers: { cookie }, body })
    expect(answer.json()).toMatchObject({ status: 409, code: 'signed-in-elsewhere' })
  })

  it('asks for a second factor where policy does', async () => {
    const policy = (await officer.inject({ url: '/policy' })).json()
    const ask = (totpRoles: string[]) =>
      officer.inject({ method: 'PUT', url: '/policy', body: { ...policy, totpRoles } })
    expect((await ask(['agent'])).statusCode).toBe(200)
    expect((await signIn('wangwu')).json()).toMatchObject({ roles: ['agent'], mustEnrolTotp: true })
    await ask([])
  })

  it('takes no NUL for a name', async () => {
    expect((await signIn('zhangsan\0')).statusCode).toBe(400)
    expect(await t.services.federation.directories.verify('zhangsan\0', password)).toBeUndefined()
  })

  it('never passes without a password', async () => {
    expect((await signIn('zhangsan', '')).statusCode).toBe(400)
    expect(await t.services.federation.directories.verify('zhangsan', '')).toBeUndefined()
  })

  it('is refused for a name that looks like another', async () => {
    expect((await signIn('bad name')).json().code).toBe('username-unusable')
  })

  it('says step by step what works, and whom it finds', async () => {
    const test = async (body: object, language = 'zh') =>
      (
        await officer.inject({
          method: 'POST',
          url: `/identity-providers/${provider.id}/test`,
          body,
          headers: { 'accept-language': language },
        })
      ).json()
    expect(await test({})).toMatchObject({ ok: true, person: null, steps: [{}, {}, {}] })
    const found = await test({ username: 'zhangsan' })
    expect(found.steps.map(({ title }: { title: string }) => title)).toEqual([
      '连接',
      '查询账号绑定',
      '检索',
      '用户',
    ])
    expect(found.person).toMatchObject({
      username: 'zhangsan',
      roles: [
        { role: 'network-admin', region: { name: '河北省' } },
        { role: 'agent', region: { name: '石家庄市' } },
      ],
    })
    expect(await test({ username: 'nobody' }, 'en')).toMatchObject({
      ok: false,
      person: null,
      steps: [
        { ok: true },
        { ok: true },
        { ok: true },
        { step: 'person', ok: false, detail: 'Nobody of this name' },
      ],
    })
    expect(await test({ username: 'both' })).toMatchObject({ ok: false, person: { username: 'both' } })
  })

  it('is not possible while the provider is switched off', async () => {
    const turn = (enabled: boolean) =>
      officer.inject({ method: 'PATCH', url: `/identity-providers/${provider.id}`, body: { enabled } })
    expect((await turn(false)).statusCode).toBe(200)
    expect((await signIn('zhangsan')).statusCode).toBe(401)
    expect((await t.anyone({ url: '/sign-in' })).json().directory).toBe(false)
    expect((await turn(true)).statusCode).toBe(200)
    expect((await signIn('zhangsan')).statusCode).toBe(201)
  })

  it('is neither possible nor a failure while the directory is away, and local accounts do not need it', async () => {
    await slapd.stop()
    try {
      for (let i = 0; i < 8; i++)
        for (const username of ['zhangsan', 'newcomer']) {
          const answer = await signIn(username)
          expect(answer.statusCode, answer.body).toBe(503)
          expect(answer.json().code).toBe('directory-away')
        }
      expect(await userNamed('zhangsan')).toMatchObject({ failed_count: 0, locked_until: null })
      await t.as('viewer')
    } finally {
      await slapd.start()
    }
    expect((await signIn('zhangsan')).statusCode).toBe(201)
  })

  it('keeps the provider while it vouches for people', async () => {
    const answer = await officer.inject({ method: 'DELETE', url: `/identity-providers/${provider.id}` })
    expect(answer.json().code).toBe('provider-in-use')
  })
})
