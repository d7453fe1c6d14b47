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
  const isText = httpPart !== 'body'
  return (data: unknown) => {
    if (isDeep(data)) return { error: tooDeep() }
    const filled = Default(schema, Clone(data))
    const value = isText ? Convert(schema, filled) : filled
    if (check.Check(value)) return holdsNul(value) ? { error: noNul() } : { value: Clean(schema, value) }
    const findings = check.Errors(value).slice(0, errorsAtMost) as Finding[]
    return { error: invalid(findings.flatMap((finding) => fieldErrors(finding, httpPart ?? 'body'))) }
  }
}

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
