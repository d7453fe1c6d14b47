/** The JSON Schema of a profile as it is written, for editors: `profiles/profile.schema.json` is this, and a test holds it against it. */
import { Profile } from './profile.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** What has a default need not be written; the parser fills it in after it checked. */
function asWritten(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(asWritten)
  if (typeof schema !== 'object' || schema === null) return schema
  const written = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, asWritten(value)]))
  const { properties, required } = schema
  if (!Array.isArray(required) || typeof properties !== 'object' || properties === null) return written
  const hasDefault = (name: Json) => Object(Object(properties)[String(name)]).default !== undefined
  const { required: _, ...rest } = written
  const needed = required.filter((name) => !hasDefault(name))
  return needed.length > 0 ? { ...rest, required: needed } : rest
}

/** What a file must hold; the parser checks by it. */
export const writtenProfile = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Zongheng device profile',
  description: 'How a family of devices is recognised, and what is read from it.',
  ...(asWritten(JSON.parse(JSON.stringify(Profile)) as Json) as Record<string, Json>),
}
