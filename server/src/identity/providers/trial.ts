import { inLanguage, type Language, type Text } from '../../http/problem-messages.ts'
import { rolesAgree } from '../roles.ts'
import { DirectoryAway } from './away.ts'
import { rolesOfGroups, type RoleAt } from './groups.ts'
import { withDirectory, type Found } from './ldap.ts'
import { discover } from './oidc.ts'
import { personOf, type Person } from './person.ts'
import type { LdapProvider, OidcProvider, Provider } from './provider.ts'
import type { ProviderStep, ProviderTestResult } from './schema.ts'

const titles: Record<ProviderStep, Text> = {
  connect: { zh: '连接', en: 'Connection' },
  bind: { zh: '查询账号绑定', en: 'Bind of the searching account' },
  search: { zh: '检索', en: 'Search' },
  discovery: { zh: '读取提供方元数据', en: 'Metadata of the provider' },
  keys: { zh: '签名公钥', en: 'Signing keys' },
  person: { zh: '用户', en: 'Person' },
}

const texts = {
  plaintext: { zh: '未加密', en: 'not encrypted' },
  encrypted: { zh: '已加密', en: 'encrypted' },
  anonymous: { zh: '匿名', en: 'anonymous' },
  nobody: { zh: '没有找到该用户', en: 'Nobody of this name' },
  several: { zh: '过滤条件匹配到多个用户', en: 'The filter matches more than one person' },
  exclude: {
    zh: '所在的组给出互斥的角色，将被拒绝登录',
    en: 'The groups give roles that exclude one another',
  },
  noKeys: { zh: '提供方没有公布公钥', en: 'The provider publishes no keys' },
} satisfies Record<string, Text>

const stepsOf = {
  ldap: ['connect', 'bind', 'search', 'person'],
  oidc: ['discovery', 'keys'],
} as const satisfies Record<Provider['kind'], ProviderStep[]>

const keysTimeoutMs = 5000
/** Searched for when nobody is named: whether the base can be read. */
const nobody = 'zongheng-test'

type Tried = Omit<ProviderTestResult, 'person'> & { person: (Person & { roles: RoleAt[] }) | null }

/** Goes as far as it can with a provider, and says how far, in the reader's language. Changes nothing. */
export async function tryProvider(
  provider: Provider,
  username: string | undefined,
  language: Language,
): Promise<Tried> {
  const trial = new Trial(provider.kind, language)
  let person: Person | undefined
  try {
    if (provider.kind === 'oidc') await tryOidc(provider, trial)
    else person = await tryLdap(provider, username, trial)
  } catch (error) {
    trial.failed(error instanceof Refused ? error.text : DirectoryAway.reason(error))
  }
  if (!person) return trial.result(null)
  const roles = rolesOfGroups(provider.kind, provider.settings.groups, person.groups)
  if (rolesAgree(roles.map(({ role }) => role))) trial.passed(person.username)
  else trial.failed(texts.exclude)
  return trial.result({ ...person, roles })
}

class Refused extends Error {
  readonly text: Text

  constructor(text: Text) {
    super(inLanguage(text, 'en'))
    this.text = text
  }
}

/** Steps in order: the first that did not pass is the one that failed. */
class Trial {
  readonly #kind: Provider['kind']
  readonly #language: Language
  readonly #steps: ProviderTestResult['steps'] = []

  constructor(kind: Provider['kind'], language: Language) {
    this.#kind = kind
    this.#language = language
  }

  passed(detail: Text): void {
    this.#add(true, detail)
  }

  failed(detail: Text): void {
    this.#add(false, detail)
  }

  result(person: Tried['person']): Tried {
    return { ok: this.#steps.every(({ ok }) => ok), steps: this.#steps, person }
  }

  #add(ok: boolean, detail: Text): void {
    const step = stepsOf[this.#kind][this.#steps.length]!
    const [title, text] = [titles[step], detail].map((words) => inLanguage(words, this.#language))
    this.#steps.push({ step, ok, title: title!, detail: text! })
  }
}

async function tryLdap(
  { settings, secret }: LdapProvider,
  username: string | undefined,
  trial: Trial,
): Promise<Person | undefined> {
  const isPlain = settings.url.startsWith('ldap:') && !settings.startTls
  const progress = {
    connect: isPlain ? texts.plaintext : texts.encrypted,
    bind: settings.bindDn ?? texts.anonymous,
  }
  const found = await withDirectory(
    settings,
    secret,
    (directory) => directory.find(username ?? nobody),
    (step) => trial.passed(progress[step]),
  )
  trial.passed(settings.baseDn)
  return username === undefined ? undefined : personOf(onlyOne(found).person)
}

function onlyOne([found, another]: Found[]): Found {
  if (!found) throw new Refused(texts.nobody)
  if (another) throw new Refused(texts.several)
  return found
}

async function tryOidc({ settings, secret }: OidcProvider, trial: Trial): Promise<void> {
  const { jwks_uri } = (await discover(settings, secret)).serverMetadata()
  trial.passed(settings.issuer)
  if (jwks_uri === undefined) throw new Refused(texts.noKeys)
  const response = await fetch(jwks_uri, { redirect: 'error', signal: AbortSignal.timeout(keysTimeoutMs) })
  const { keys } = (await response.json()) as { keys?: unknown }
  if (!Array.isArray(keys) || keys.length === 0) throw new Refused(texts.noKeys)
  trial.passed(`${keys.length}`)
}
