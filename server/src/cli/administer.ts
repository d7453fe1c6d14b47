import { titleOf, inLanguage } from '../http/problem-messages.ts'
import type { PageOf } from '../http/paging.ts'
import { ProblemError } from '../http/problem.ts'
import type { Administration } from '../identity/administration.ts'
import { operatorViewer } from '../identity/admin-scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Services } from '../services.ts'
import { Failure } from './failure.ts'
import { withInstallation, type Place } from './installation.ts'
import { aligned, cliLanguage } from './language.ts'

export interface AdminOptions extends Place {
  json: boolean
  /** Why, for the audit trail. */
  reason?: string | undefined
}

/** What a command on accounts works with: the services of the API, and a viewer who may administer everything. */
export interface Office extends Administration {
  viewer: Viewer
  services: Services
  /** The id of a region by its code or name, of a user by their user name. Throw a `Failure`. */
  region: (codeOrName: string) => Promise<string>
  user: (username: string) => Promise<string>
}

/** The same rules hold as in the console, and the trail names the command. */
export function administer<T>(options: AdminOptions, work: (office: Office) => Promise<T>): Promise<T> {
  return withInstallation(
    options,
    async (services) => {
      const { identity, administration } = services
      const root = await identity.rootRegion()
      if (!root) throw new Failure(words[cliLanguage()].notSetUp)
      const region = async (wanted: string) => {
        const found = (await identity.allRegions()).filter(
          ({ code, name }) => code === wanted || name === wanted,
        )
        if (found.length === 1) return found[0]!.id
        const codes = found.map(({ code, name }) => `${code} ${name}`).join(', ')
        throw new Failure(words[cliLanguage()].noRegion(wanted, codes))
      }
      const user = async (username: string) => {
        const id = await identity.userNamed(username)
        if (!id) throw new Failure(words[cliLanguage()].noUser(username))
        return id
      }
      const office = { ...administration, viewer: operatorViewer(root), services, region, user }
      try {
        return await work(office)
      } catch (error) {
        throw error instanceof ProblemError ? failureOf(error) : error
      }
    },
    options.reason ?? null,
  )
}

/** A refusal in the operator's language, with what is wrong where. */
function failureOf({ code, status, detail, errors = [] }: ProblemError): Failure {
  const language = cliLanguage()
  const text = inLanguage(detail ?? titleOf(code, status), language)
  return new Failure(
    [text, ...errors.map(({ path, message }) => `  ${path.slice(1)}: ${message}`)].join('\n'),
  )
}

/** Every item of a list, page by page. */
export async function all<T>(
  page: (paging: { limit: number; cursor?: string }) => Promise<PageOf<T>>,
): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { items: more, next }: PageOf<T> = await page({ limit: 200, ...(cursor ? { cursor } : {}) })
    items.push(...more)
    cursor = next
  }
  return items
}

/** As JSON, or as columns for people. */
export function print<T>(
  items: T[],
  columns: (item: T) => (string | null)[],
  { json }: { json: boolean },
): void {
  if (json) console.log(JSON.stringify(items))
  else
    for (const line of aligned(items.map((item) => columns(item).map((cell) => cell ?? '—'))))
      console.log(line)
}

/** What the word after the command names. Throws a usage `Failure`. */
export function needed(value: string | undefined, usage: string): string {
  if (!value) throw new Failure(usage, 2)
  return value
}

/** When something ends that lasts this many days from now. */
export function inDays(days: string, nowMs: number): number {
  const count = Number(days)
  if (!Number.isInteger(count) || count < 1) throw new Failure(`--days ${days}: ≥ 1`, 2)
  return nowMs + count * 24 * 3_600_000
}

const words = {
  zh: {
    notSetUp: '平台尚未初始化：请先在控制台完成首次设置',
    noRegion: (wanted: string, codes: string) =>
      codes ? `区域“${wanted}”不唯一：${codes}` : `没有名称或代码为“${wanted}”的区域`,
    noUser: (username: string) => `没有用户 ${username}`,
  },
  en: {
    notSetUp: 'the installation is not set up yet: do that in the console first',
    noRegion: (wanted: string, codes: string) =>
      codes ? `${wanted} is more than one region: ${codes}` : `no region has the name or code ${wanted}`,
    noUser: (username: string) => `no user is called ${username}`,
  },
}
