import { RoleName } from '../identity/schema.ts'
import { administer, all, inDays, needed, print, type AdminOptions, type Office } from './administer.ts'
import { checked } from './checked.ts'
import { Failure } from './failure.ts'
import { cliLanguage } from './language.ts'

export interface GrantOptions extends AdminOptions {
  user?: string | undefined
  team?: string | undefined
  role?: string | undefined
  region?: string | undefined
  days?: string | undefined
}

const usage =
  'zongheng grant list | add --user NAME|--team TEAM[@REGION] --role ROLE --region REGION [--days N] | remove ID'

/** `zongheng grant …` */
export function grant([word = '', id]: string[], options: GrantOptions): Promise<void> {
  const action = actions[word]
  if (!action) throw new Failure(usage, 2)
  return administer(options, (office) => action(office, id, options))
}

type Action = (office: Office, id: string | undefined, options: GrantOptions) => Promise<void>

const actions: Record<string, Action> = {
  list: async ({ grants, viewer, ...office }, _, { user, role, region, json }) => {
    const filter = {
      ...(user ? { userId: await office.user(user) } : {}),
      ...(role ? { role: checked(RoleName, role) } : {}),
      ...(region ? { regionId: await office.region(region) } : {}),
    }
    const items = await all((paging) => grants.list(viewer, { ...filter, ...paging }))
    const until = (at: number | null) => at && new Date(at).toISOString()
    print(items, ({ id, role, region, user, team, expiresAt }) => [id, role, region.name, (user ?? team)!.name, until(expiresAt) || null], { json }) // prettier-ignore
  },

  add: async (office, _, { user, team, role, region, days, reason, json }) => {
    const at = needed(region, usage)
    const given = await office.grants.give(office.viewer, {
      ...(user ? { userId: await office.user(user) } : {}),
      ...(team ? { teamId: await teamOf(office, team, at) } : {}),
      role: checked(RoleName, needed(role, usage)),
      regionId: await office.region(at),
      ...(days ? { expiresAt: inDays(days, Date.now()) } : {}),
      ...(reason ? { reason } : {}),
    })
    console.log(json ? JSON.stringify(given) : given.id)
  },

  remove: async ({ grants, viewer }, id) => grants.take(viewer, needed(id, usage)),
}

/** `网络组@石家庄市`; without a region, that of the grant. */
async function teamOf(office: Office, text: string, region: string): Promise<string> {
  const [name, at = region] = text.split('@')
  const regionId = await office.region(at)
  const teams = await all((paging) => office.teams.list(office.viewer, { ...paging, regionId }))
  const team = teams.find((one) => one.name === name && one.region.id === regionId)
  if (!team) throw new Failure(words[cliLanguage()].noTeam(name ?? '', at))
  return team.id
}

const words = {
  zh: { noTeam: (name: string, region: string) => `${region}没有班组“${name}”` },
  en: { noTeam: (name: string, region: string) => `${region} has no team called ${name}` },
}
