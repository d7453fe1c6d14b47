import { NewApiToken } from '../identity/account/account-schema.ts'
import { administer, inDays, needed, print, type AdminOptions, type Office } from './administer.ts'
import { checked } from './checked.ts'
import { Failure } from './failure.ts'
import { cliLanguage } from './language.ts'

export interface TokenOptions extends AdminOptions {
  user?: string | undefined
  name?: string | undefined
  permission?: string[] | undefined
  region?: string | undefined
  days?: string | undefined
}

const usage =
  'zongheng token list --user NAME | create --user NAME --name … --permission … --region REGION [--days N] | revoke ID --user NAME'

/** `zongheng token …` */
export function token([word = '', id]: string[], options: TokenOptions): Promise<void> {
  const action = actions[word]
  if (!action) throw new Failure(usage, 2)
  return administer(options, async (office) =>
    action(office, await office.user(needed(options.user, usage)), id, options),
  )
}

type Action = (office: Office, userId: string, id: string | undefined, options: TokenOptions) => Promise<void>

const actions: Record<string, Action> = {
  list: async ({ services }, userId, _, { json }) => {
    const items = await services.tokens.list(userId)
    const day = (at: number) => new Date(at).toISOString()
    print(items, ({ id, name, region, permissions, expiresAt }) => [id, name, region.name, day(expiresAt), permissions.join(' ')], { json }) // prettier-ignore
  },

  create: async ({ services, region }, userId, _, { name, permission, days = '90', json, ...options }) => {
    const input = checked(NewApiToken, {
      name: needed(name, usage),
      permissions: permission ?? [],
      regionId: await region(needed(options.region, usage)),
      expiresAt: inDays(days, Date.now()),
    })
    const created = await services.tokens.create(userId, input)
    if (json) return console.log(JSON.stringify(created))
    console.log(created.token)
    console.error(words[cliLanguage()].once)
  },

  revoke: async ({ services }, userId, id) => services.tokens.revoke(userId, needed(id, usage)),
}

const words = {
  zh: { once: '以上令牌只显示一次，请妥善保管' },
  en: { once: 'the token is shown this once: keep it safe' },
}
