import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { platformNames, type PlatformName } from './platforms.ts'
import { refuseWriting } from './read-only.ts'

const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' })
const Text = Type.String({ minLength: 1, maxLength: 200 })
const Title = Type.Object({ zh: Text, en: Text }, { additionalProperties: false })
/** `{{input}}` is replaced by an input's value. */
const Commands = Type.Array(Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\r\\n]+$' }), {
  minItems: 1,
  maxItems: 20,
})

const Step = Type.Object(
  {
    name: Name,
    /** Platforms that are not named skip the step. */
    commands: Type.Object(Object.fromEntries(platformNames.map((name) => [name, Type.Optional(Commands)])), {
      additionalProperties: false,
      minProperties: 1,
    }),
    /** Of each command; 20 s unless told. */
    timeoutS: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
    /** A pattern that each command's output must hold. */
    expect: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
)

const Input = Type.Object(
  {
    title: Title,
    pattern: Type.String({ minLength: 1, maxLength: 200 }),
    default: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)

/** A playbook as its file holds it. */
const PlaybookFile = Type.Object(
  {
    name: Name,
    title: Title,
    /** Only commands that are known to read, see read-only.ts. */
    readOnly: Type.Boolean(),
    /** What a failed command means: the end, or the next command. `stop` unless told. */
    onError: Type.Optional(Type.Enum(['stop', 'continue'])),
    inputs: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-zA-Z]\\w{0,31}$' }), Input, { maxProperties: 20 }),
    ),
    steps: Type.Array(Step, { minItems: 1, maxItems: 50 }),
  },
  { additionalProperties: false },
)

export type PlaybookStep = Omit<Static<typeof Step>, 'commands'> & {
  commands: Partial<Record<PlatformName, string[]>>
}
export type Playbook = Omit<Static<typeof PlaybookFile>, 'steps'> & { steps: PlaybookStep[] }

/** What is wrong with a playbook, where, and what to do about it. */
export interface PlaybookIssue {
  /** `steps/2/timeoutS`; empty for the whole file. */
  path: string
  line: number | null
  message: string
}

export class PlaybookError extends Error {
  readonly issues: PlaybookIssue[]

  constructor(file: string, issues: PlaybookIssue[]) {
    super(
      issues
        .map((i) => `${file}${i.line === null ? '' : `:${i.line}`}: ${i.path && `${i.path}: `}${i.message}`)
        .join('\n'),
    )
    this.name = 'PlaybookError'
    this.issues = issues
  }
}

const maxFileChars = 256 * 1024

/** Reads a playbook; throws a PlaybookError that names file, line and remedy. */
export function parsePlaybook(file: string, yaml: string): Playbook {
  if (yaml.length > maxFileChars)
    throw new PlaybookError(file, [
      { path: '', line: null, message: `is longer than ${maxFileChars} characters: split it` },
    ])
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines })
  const lineAt = (offset: number | undefined) => (offset === undefined ? null : lines.linePos(offset).line)
  if (document.errors.length > 0)
    throw new PlaybookError(
      file,
      document.errors.map((e) => ({
        path: '',
        line: lineAt(e.pos[0]),
        message: `is not valid YAML: ${e.message.split('\n')[0]}`,
      })),
    )

  const value = plain(file, document)
  const found = Value.Check(PlaybookFile, value) ? unsound(value as Playbook) : misshapen(value)
  const lineOf = (path: string) => {
    const node = path ? document.getIn(path.split('/'), true) : document.contents
    return isNode(node) ? lineAt(node.range?.[0]) : null
  }
  if (found.length > 0)
    throw new PlaybookError(
      file,
      found.map((issue) => ({ ...issue, line: lineOf(issue.path) })),
    )
  return value as Playbook
}

function plain(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 })
  } catch (error) {
    throw new PlaybookError(file, [
      { path: '', line: null, message: `repeats itself by aliases: ${(error as Error).message}` },
    ])
  }
}

type Finding = Omit<PlaybookIssue, 'line'>

function misshapen(value: unknown): Finding[] {
  return Value.Errors(PlaybookFile, value)
    .filter((error) => error.keyword !== 'boolean') // says the same as additionalProperties, less clearly
    .slice(0, 20)
    .map((error) => {
      const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[] }
      const keys = params.additionalProperties ?? []
      const hint = keys.length > 0 ? ` (remove or correct: ${keys.join(', ')})` : ''
      return { path: error.instancePath.slice(1), message: error.message + hint }
    })
}

/** What the shape alone cannot tell. */
function unsound(playbook: Playbook): Finding[] {
  return [...repeatedSteps(playbook), ...badPatterns(playbook), ...badCommands(playbook)]
}

function repeatedSteps({ steps }: Playbook): Finding[] {
  const at = (name: string) => steps.findIndex((step) => step.name === name)
  return steps.flatMap(({ name }, i) =>
    at(name) < i
      ? [{ path: `steps/${i}/name`, message: `"${name}" is taken by steps/${at(name)}: choose another name` }]
      : [],
  )
}

function badPatterns({ steps, inputs = {} }: Playbook): Finding[] {
  const patterns: [string, string | undefined][] = [
    ...steps.map((step, i): [string, string | undefined] => [`steps/${i}/expect`, step.expect]),
    ...Object.entries(inputs).map(([name, input]): [string, string] => [
      `inputs/${name}/pattern`,
      input.pattern,
    ]),
  ]
  return patterns.flatMap(([path, pattern]) => {
    try {
      new RegExp(pattern ?? '')
      return []
    } catch (error) {
      return [{ path, message: `is not a regular expression: ${(error as Error).message}` }]
    }
  })
}

function badCommands({ steps, inputs = {}, readOnly }: Playbook): Finding[] {
  return steps.flatMap((step, i) =>
    Object.entries(step.commands).flatMap(([platform, commands]) =>
      commands.flatMap((command, j) => {
        const path = `steps/${i}/commands/${platform}/${j}`
        const stranger = inputNames(command).find((name) => !Object.hasOwn(inputs, name))
        const why = readOnly
          ? refuseWriting(platform as PlatformName, command.replace(placeholder, '1'))
          : null
        return [
          ...(stranger === undefined
            ? []
            : [{ path, message: `{{${stranger}}} is no input: declare it under inputs` }]),
          ...(why === null
            ? []
            : [{ path, message: `"${command}" ${why}: change it, or set readOnly: false` }]),
        ]
      }),
    ),
  )
}

export const placeholder = /\{\{(\w+)\}\}/g
const inputNames = (command: string) => [...command.matchAll(placeholder)].map((match) => match[1]!)
