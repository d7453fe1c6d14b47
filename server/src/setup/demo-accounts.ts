import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Region } from '../estate/schema.ts'
import { hashPassword } from '../identity/passwords/password.ts'
import { newPassword } from '../identity/passwords/password-rules.ts'
import type { Role } from '../identity/roles.ts'
import type { IdentityService } from '../identity/service.ts'
import { demoPeople, directoryEntryOf, type DemoPerson } from './demo-people.ts'

/** A sign-in of the demo, as `zongheng demo` prints it. `role` is the first of its roles. */
export interface DemoAccount {
  username: string
  password: string
  role: Role
  displayName: string
}

const passwordFile = 'demo-accounts.json'

/**
 * The demo's people with passwords of this data folder's own: hashed in the database, readable only in a file of the owner's.
 * Where the file was lost, everyone gets a new password.
 */
export async function demoAccounts(
  identity: IdentityService,
  dataDir: string,
  nowMs: number,
): Promise<DemoAccount[]> {
  const file = join(dataDir, passwordFile)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DemoAccount[]
  const regions = await identity.allRegions()
  const accounts = demoPeople.map(({ username, displayName, roles }) => ({
    username,
    password: newPassword(),
    role: roles[0]!,
    displayName,
  }))
  for (const [i, person] of demoPeople.entries()) {
    const passwordHash = await hashPassword(accounts[i]!.password)
    if (!(await identity.setPassword(person.username, passwordHash)))
      await create(identity, person, { passwordHash, regions, nowMs })
  }
  writeFileSync(file, JSON.stringify(accounts, null, 2) + '\n', { mode: 0o600 })
  return accounts
}

async function create(
  identity: IdentityService,
  person: DemoPerson,
  { passwordHash, regions, nowMs }: { passwordHash: string; regions: Region[]; nowMs: number },
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
    directory: directoryEntryOf(person, nowMs),
    regionId,
    grants: person.roles.map((role) => ({ role, regionId })),
    teamIds: team ? [team.id] : [],
  })
}
