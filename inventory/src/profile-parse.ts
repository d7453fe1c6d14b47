import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import type { Static } from 'typebox'
import { oidPattern, Profile, ruleLists, type Find, type MemoryRule } from './profile.ts'
import { writtenProfile } from './profile-schema.ts'

const schema = Compile(writtenProfile)
const maxOctets = 256 * 1024

/** A profile that cannot be used: which file, and each place in it with what is wrong there. */
export class ProfileError extends Error {
  readonly file: string
  readonly issues: { path: string; message: string }[]

  constructor(file: string, issues: { path: string; message: string }[], options?: ErrorOptions) {
    const lines = issues.slice(0, 20).map(({ path, message }) => `  ${path || '/'}: ${message}`)
    super(`profile ${file} is not usable:\n${lines.join('\n')}`, options)
    this.name = 'ProfileError'
    this.file = file
    this.issues = issues
  }
}

type Issue = { path: string; message: string }

const given = (values: Record<string, unknown>) =>
  Object.keys(values).filter((key) => values[key] !== undefined)

type Written = Static<typeof Profile>
type Unplaced<T> = Omit<T, 'rule'>

function findIssues(path: string, find: Unplaced<Find>): Issue[] {
  const { sysDescr, oid, column } = find
  if (given({ sysDescr, oid, column }).length !== 1)
    return [{ path, message: 'must name one of sysDescr, oid, column' }]
  return find.where.length > 0 && !column ? [{ path, message: 'where is for columns' }] : []
}

const memoryKinds = ['percent', 'used,size', 'used,free', 'size,free']

function memoryIssues(path: string, { percent, used, size, free }: Unplaced<MemoryRule>): Issue[] {
  if (memoryKinds.includes(given({ percent, used, size, free }).join(','))) return []
  return [{ path, message: 'must give percent, or used and size, or used and free, or free and size' }]
}

/** What the schema cannot say. */
function ruleIssues(profile: Written): Issue[] {
  const finds = (['vendorFrom', 'hardware', 'version', 'serial'] as const).flatMap((key) =>
    profile[key].flatMap((find, i) => findIssues(`/${key}/${i}`, find)),
  )
  const memory = profile.memory.flatMap((rule, i) => memoryIssues(`/memory/${i}`, rule))
  const states = profile.sensors.flatMap((rule, i) =>
    (rule.class === 'state') === (rule.states !== undefined)
      ? []
      : [{ path: `/sensors/${i}/states`, message: 'states are for class state, which needs them' }],
  )
  const recognise = profile.recognise.flatMap((rule, i) =>
    rule.sysObjectID || rule.sysDescr || rule.probe
      ? []
      : [{ path: `/recognise/${i}`, message: 'must name sysObjectID, sysDescr or probe' }],
  )
  return [...finds, ...memory, ...states, ...recognise]
}

function readYaml(text: string, file: string): unknown {
  if (text.length > maxOctets)
    throw new ProfileError(file, [{ path: '', message: `is longer than ${maxOctets} octets` }])
  try {
    return parse(text, { maxAliasCount: 100, merge: true })
  } catch (error) {
    throw new ProfileError(
      file,
      [{ path: '', message: error instanceof Error ? error.message : String(error) }],
      { cause: error },
    )
  }
}

/** The profile with each rule told where it stands. */
function placed(profile: Written): Profile {
  const lists = ruleLists.map((list) => [
    list,
    profile[list].map((rule, i) => ({ ...rule, rule: `${profile.name}/${list}/${i}` })),
  ])
  return { ...profile, ...(Object.fromEntries(lists) as Pick<Profile, (typeof ruleLists)[number]>) }
}

/** What is wrong at a place, and what may stand there instead. */
function inWords({ keyword, params, message }: ReturnType<typeof Value.Errors>[number]): string {
  if (keyword === 'boolean') return 'is not a known key; profile.schema.json lists those there are'
  if (keyword === 'enum') return `must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'pattern' && params.pattern === oidPattern)
    return 'must be an OID in numbers, such as 1.3.6.1.2.1.2.2.1.2'
  return message
}

/** Reads one profile; throws a ProfileError that names the file and every place that is wrong. */
export function parseProfile(text: string, file: string): Profile {
  const written = readYaml(text, file)
  if (!schema.Check(written)) {
    const issues = Value.Errors(writtenProfile, written)
      .filter(({ keyword }) => keyword !== 'additionalProperties')
      .map((error) => ({ path: error.instancePath, message: inWords(error) }))
    throw new ProfileError(file, issues)
  }
  const document = Value.Default(Profile, written) as Written
  const issues = ruleIssues(document)
  if (issues.length > 0) throw new ProfileError(file, issues)
  return placed(document)
}
