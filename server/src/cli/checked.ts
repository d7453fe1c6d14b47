import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure } from './failure.ts'

/** What the API would take, given on the command line. Throws a `Failure` that names what is wrong. */
export function checked<T extends TSchema>(schema: T, input: unknown): Static<T> {
  const check = Compile(schema)
  if (check.Check(input)) return input as Static<T>
  const problems = check
    .Errors(input)
    .map(({ instancePath, message }) => `${instancePath.slice(1)}: ${message}`)
  throw new Failure([...new Set(problems)].join('\n'), 2)
}
