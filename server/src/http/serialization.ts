import type { FastifySerializerCompiler } from 'fastify'
import build from 'fast-json-stringify'
import type { TSchema } from 'typebox'

type Serializer = ReturnType<FastifySerializerCompiler<TSchema>>

const known = new WeakMap<TSchema, Serializer>()

/**
 * Fastify's own serializer, built once for each schema instead of once for each route and status: most routes answer the same
 * few problems. Our schemas name no others by `$ref`.
 */
export const serializerCompiler: FastifySerializerCompiler<TSchema> = ({ schema }) => {
  const serializer = known.get(schema) ?? build(schema)
  known.set(schema, serializer)
  return serializer
}
