import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Region } from '../estate/schema.ts'
import { hashPassword } from '../identity/passwords/password.ts'
import { newPassword } from '../identity/passwords/password-rules.ts'
import type { Role } from '../identity/roles.ts'
import type { IdentityService, TeamName } from '../identity/service.ts'

/** A sign-in of the demo, as `zongheng demo` prints it. `role` is the first of its roles. */
export interface DemoAccount {
  username: string
  password: string
  role: Role
  displayName: string
}

interface Person {
  username: string
  displayName: string
  roles: Role[]
  /** Where the roles hold: the province, its first city, or that city's first county. */
  at: 'province' | 'city' | 'county'
  team?: TeamName
}

/** The first signs in by default. */
const people: Person[] = [
  {
    username: 'chenjing',
    displayName: '陈静',
    roles: ['network-admin', 'manager'],
    at: 'province',
    team: '网络组',
  },
  { username: 'zhouzhiqiang', displayName: '周志强', roles: ['system-admin'], at: 'province' },
  { username: 'limin', displayName: '李敏', roles: ['security-admin'], at: 'province' },
  { username: 'wangjianguo', displayName: '王建国', roles: ['audit-admin'], at: 'province' },
  { username: 'zhangli', displayName: '张丽', roles: ['agent'], at: 'province', team: '服务台' },
  { username: 'zhaolei', displayName: '赵磊', roles: ['engineer'], at: 'city', team: '网络组' },
  { username: 'liuyang', displayName: '刘洋', roles: ['requester'], at: 'county' },
]

const passwordFile = 'demo-accounts.json'

/**
 * The demo's people with passwords of this data folder's own: hashed in the database, readable only in a file of the owner's.
 * Where the file was lost, everyone gets a new password.
 */
export async function demoAccounts(identity: IdentityService, dataDir: string): Promise<DemoAccount[]> {
  const file = join(dataDir, passwordFile)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DemoAccount[]
  const regions = await identity.allRegions()
  const accounts = people.map(({ username, displayName, roles }) => ({
    username,
    password: newPassword(),
    role: roles[0]!,
    displayName,
  }))
  for (const [i, person] of people.entries()) {
    const passwordHash = await hashPassword(accounts[i]!.password)
    if (!(await identity.setPassword(person.username, passwordHash)))
      await create(identity, person, passwordHash, regions)
  }
  writeFileSync(file, JSON.stringify(accounts, null, 2) + '\n', { mode: 0o600 })
  return accounts
}

async function create(
  identity: IdentityService,
  person: Person,
  passwordHash: string,
  regions: Region[],
): Promise<void> {
  const province = regions.find((region) => region.tier === 'province')!
  const city = regions.find((region) => region.tier === 'city') ?? province
  const county = regions.find((region) => region.tier === 'county' && region.parentId === city.id) ?? city
  const regionId = { province, city, county }[person.at].id
  const team = person.team && (await identity.teamFor(regionId, person.team))
  await identity.createUser({
    username: person.username,
    displayName: person.displayName,
    passwordHash,
    regionId,
    grants: person.roles.map((role) => ({ role, regionId })),
    teamIds: team ? [team.id] : [],
  })
}
