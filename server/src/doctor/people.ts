import { officers } from '../identity/roles.ts'
import { roleNames } from '../identity/role-names.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import type { Patient } from './patient.ts'
import { expiredGrants, hasUsers, neverChangedPassword, rolesHeld } from './store.ts'

export const peopleChecks: readonly Check[] = [
  { id: 'officers', asksDatabase: true, look: threeOfficers },
  { id: 'first-passwords', asksDatabase: true, look: firstPasswords },
  { id: 'grants', asksDatabase: true, look: oldGrants },
]

const dayMs = 86_400_000

async function threeOfficers({ db, nowMs }: Patient): Promise<Sight> {
  if (!(await hasUsers(db!)))
    return warn(
      ['尚未完成首次设置', 'it was not set up yet'],
      ['打开控制台，用启动时打印的设置码完成', 'open the console, with the setup code that the start prints'],
    )
  const held = await rolesHeld(db!, officers, nowMs)
  const missing = officers.filter((role) => !held.has(role))
  if (missing.length === 0) return ok('三员齐备', 'all three officers are there')
  return error(
    [
      `没有可用的${missing.map((role) => roleNames[role].zh).join('、')}`,
      `nobody can sign in as ${missing.map((role) => roleNames[role].en).join(', ')}`,
    ],
    ['用 zongheng user 与 zongheng grant 补上', 'make one with zongheng user and zongheng grant'],
  )
}

const firstPasswordDays = 7

async function firstPasswords({ db, nowMs }: Patient): Promise<Sight> {
  const names = await neverChangedPassword(db!, nowMs - firstPasswordDays * dayMs)
  if (names.length === 0) return ok('没有长期未改的初始口令', 'no first password is left unchanged')
  const [shown, more] = [names.slice(0, 5).join(', '), names.length > 5 ? ' …' : '']
  return warn(
    [
      `${names.length} 个账号 ${firstPasswordDays} 天仍未修改初始口令：${shown}${more}`,
      `${names.length} accounts kept their first password for ${firstPasswordDays} days: ${shown}${more}`,
    ],
    ['请本人登录修改，或停用账号', 'have them sign in and change it, or disable the accounts'],
  )
}

async function oldGrants({ db, nowMs }: Patient): Promise<Sight> {
  const count = await expiredGrants(db!, nowMs)
  if (count === 0) return ok('没有过期的授权', 'no grant has run out')
  return warn(
    [`${count} 条授权已过期（不再生效）`, `${count} grants have run out (they no longer count)`],
    ['在 权限 › 授权 中收回或重新授予', 'take them back or give them anew, under Access › Grants'],
  )
}
