import type { UserDetail } from '../identity/admin-schema.ts'
import { NewUser } from '../identity/admin-schema.ts'
import { administer, all, needed, print, type AdminOptions, type Office } from './administer.ts'
import { checked } from './checked.ts'
import { Failure } from './failure.ts'
import { cliLanguage } from './language.ts'

export interface UserOptions extends AdminOptions {
  name?: string | undefined
  region?: string | undefined
  phone?: string | undefined
  email?: string | undefined
  post?: string | undefined
  q?: string | undefined
  state?: string | undefined
}

const usage =
  'zongheng user list | show NAME | add NAME --name … --region … | disable|enable|unlock|reset-password NAME'

/** `zongheng user …` */
export function user([word = '', username]: string[], options: UserOptions): Promise<void> {
  const action = actions[word]
  if (!action) throw new Failure(usage, 2)
  return administer(options, (office) => action(office, username, options))
}

type Action = (office: Office, username: string | undefined, options: UserOptions) => Promise<void>

const actions: Record<string, Action> = {
  list: async ({ users, viewer, region }, _, { q, state, json, ...options }) => {
    const where = options.region ? { regionId: await region(options.region) } : {}
    const wanted = state ? { state: checkedState(state) } : {}
    const items = await all((paging) =>
      users.list(viewer, { ...paging, ...where, ...wanted, ...(q ? { q } : {}) }),
    )
    print(
      items,
      (item) => [item.username, item.displayName, item.region.name, item.state, item.roles.join(' ')],
      { json },
    )
  },

  show: async ({ users, viewer, user }, username, { json }) => {
    const detail = await users.detail(viewer, await user(needed(username, usage)))
    if (json) console.log(JSON.stringify(detail))
    else for (const line of described(detail)) console.log(line)
  },

  add: async ({ users, viewer, region }, username, { name, phone, email, post, json, ...options }) => {
    const input = checked(NewUser, {
      username: needed(username, usage),
      displayName: needed(name, usage),
      regionId: await region(needed(options.region, usage)),
      ...(phone ? { phone } : {}),
      ...(email ? { email } : {}),
      ...(post ? { post } : {}),
    })
    const { user, password } = await users.create(viewer, input)
    tell({ username: user.username, id: user.id, password }, json)
  },

  disable: async ({ users, viewer, user }, username) =>
    users.access.disable(viewer, await user(needed(username, usage))),
  enable: async ({ users, viewer, user }, username) =>
    users.access.enable(viewer, await user(needed(username, usage))),
  unlock: async ({ users, viewer, user }, username) =>
    users.access.unlock(viewer, await user(needed(username, usage))),

  'reset-password': async ({ users, viewer, user }, username, { json }) => {
    const id = await user(needed(username, usage))
    const password = await users.access.resetPassword(viewer, id, { officersToo: true })
    tell({ username: username!, id, password }, json)
  },
}

function checkedState(state: string): 'active' | 'locked' | 'disabled' {
  if (state !== 'active' && state !== 'locked' && state !== 'disabled')
    throw new Failure('--state active|locked|disabled', 2)
  return state
}

/** The one time that a password is shown. */
function tell(account: { username: string; id: string; password: string }, json: boolean): void {
  if (json) return console.log(JSON.stringify(account))
  console.log(account.password)
  console.error(words[cliLanguage()].once(account.username))
}

function described({
  username,
  displayName,
  post,
  phone,
  email,
  region,
  state,
  grants,
  teams,
}: UserDetail): string[] {
  return [
    `${username}  ${displayName}  ${state ?? ''}`,
    [region.name, post, phone, email].filter(Boolean).join('  '),
    ...teams.map((team) => `  ${team.name}`),
    ...grants.map((grant) => `  ${grant.id}  ${grant.role}  ${grant.region.name}  ${grant.team?.name ?? ''}`),
  ]
}

const words = {
  zh: { once: (username: string) => `以上是 ${username} 的初始密码，只显示一次，首次登录须修改` },
  en: {
    once: (username: string) =>
      `that is the password of ${username}, shown this once; it has to be changed at the next sign-in`,
  },
}
