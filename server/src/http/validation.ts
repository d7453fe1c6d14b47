import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Clean, Clone, Convert, Default } from 'typebox/value'
import { invalid, type FieldError } from './problem.ts'

const errorsAtMost = 50

interface Finding {
  keyword: string
  instancePath: string
  params: object
  message: string
}

/**
 * The schemas' own library validates: what a type says is what is checked. Text from the address (query, params, headers)
 * is converted to numbers, booleans and lists; a body is taken at its word. What a type does not name is left out: nobody sets
 * what they were not offered.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  const clean = cleanerOf(schema)
  const isText = httpPart !== 'body'
  return (data: unknown) => {
    if (isDeep(data)) return { error: tooDeep() }
    const filled = Default(schema, Clone(data))
    const value = isText ? Convert(schema, filled) : filled
    if (check.Check(value)) return holdsNul(value) ? { error: noNul() } : { value: clean(value) }
    const findings = check.Errors(value).slice(0, errorsAtMost) as Finding[]
    return { error: invalid(findings.flatMap((finding) => fieldErrors(finding, httpPart ?? 'body'))) }
  }
}

/** The library's way brings the type into order anew each time, for milliseconds; where nothing is nested, names are enough. */
function cleanerOf(schema: TSchema): (value: unknown) => unknown {
  const { type, properties, additionalProperties } = schema as Shape
  const isFlat = type === 'object' && properties && additionalProperties === undefined
  if (!isFlat || !Object.values(properties).every(isPlain)) return (value) => Clean(schema, value)
  const names = new Set(Object.keys(properties))
  return (value) => Object.fromEntries(Object.entries(value as object).filter(([name]) => names.has(name)))
}

interface Shape {
  type?: string
  properties?: Record<string, Shape>
  additionalProperties?: unknown
  items?: Shape
  anyOf?: Shape[]
}

const nesting = ['properties', 'patternProperties', 'additionalProperties', 'allOf', '$ref']

/** Nothing that may hold names: a text, a number, a list of such, or one of several such. */
const isPlain = (shape: Shape): boolean =>
  !nesting.some((key) => key in shape) &&
  ('type' in shape || 'const' in shape || 'enum' in shape || 'anyOf' in shape) &&
  shape.type !== 'object' &&
  (shape.type !== 'array' || (shape.items !== undefined && isPlain(shape.items))) &&
  (shape.anyOf ?? []).every(isPlain)

const deepest = 64

const tooDeep = () => invalid([{ path: '', code: 'depth', message: `is nested more than ${deepest} deep` }])

/** What follows goes down by calls of itself, and the stack has an end. */
const isDeep = (value: unknown, depth = 0): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth > deepest || Object.values(value).some((each) => isDeep(each, depth + 1)))

const noNul = () => invalid([{ path: '', code: 'nul', message: 'has a NUL in a text' }])

/** PostgreSQL keeps none, and no text of ours has one. */
const holdsNul = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.includes('\0')
    : typeof value === 'object' && value !== null && Object.values(value).some(holdsNul)

/** A missing property is placed where it is missing. */
function fieldErrors({ keyword, instancePath, params, message }: Finding, part: string): FieldError[] {
  const at = (path: string, text: string) => ({
    path: part === 'body' ? path : `/${part}${path}`,
    code: keyword,
    message: text,
  })
  const missing = (params as { requiredProperties?: string[] }).requiredProperties
  if (keyword !== 'required' || !missing) return [at(instancePath, message)]
  return missing.map((name) => at(`${instancePath}/${name}`, 'is required'))
}
