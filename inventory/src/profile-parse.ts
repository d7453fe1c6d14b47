import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { Profile, type Find, type MemoryRule } from './profile.ts'

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

function findIssues(path: string, find: Find): Issue[] {
  const { sysDescr, oid, column } = find
  if (given({ sysDescr, oid, column }).length !== 1)
    return [{ path, message: 'must name one of sysDescr, oid, column' }]
  return find.where.length > 0 && !column ? [{ path, message: 'where is for columns' }] : []
}

const memoryKinds = ['percent', 'used,size', 'used,free', 'size,free']

function memoryIssues(path: string, { percent, used, size, free }: MemoryRule): Issue[] {
  if (memoryKinds.includes(given({ percent, used, size, free }).join(','))) return []
  return [{ path, message: 'must give percent, or used and size, or used and free, or free and size' }]
}

/** What the schema cannot say. */
function ruleIssues(profile: Profile): Issue[] {
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
    rule.sysObjectID || rule.sysDescr
      ? []
      : [{ path: `/recognise/${i}`, message: 'must name sysObjectID or sysDescr' }],
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

/** Reads one profile; throws a ProfileError that names the file and every place that is wrong. */
export function parseProfile(text: string, file: string): Profile {
  const document = Value.Default(Profile, readYaml(text, file))
  if (!Value.Check(Profile, document)) {
    const issues = Value.Errors(Profile, document)
      .filter(({ keyword }) => keyword !== 'additionalProperties')
      .map(({ instancePath, keyword, message }) => ({
        path: instancePath,
        message: keyword === 'boolean' ? 'is not a known key' : message,
      }))
    throw new ProfileError(file, issues)
  }
  const issues = ruleIssues(document)
  if (issues.length > 0) throw new ProfileError(file, issues)
  return document
}
