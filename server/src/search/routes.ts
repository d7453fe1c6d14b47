import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Viewer } from '../identity/viewer.ts'
import { FindQuery, Found, foundKinds, type FoundItem } from './schema.ts'

/** Of each kind, what the viewer may see of it. */
export type Finders = Record<(typeof foundKinds)[number], (viewer: Viewer, q: string, limit: number) => Promise<Omit<FoundItem, 'kind'>[]>> // prettier-ignore

const permissionOf = { ticket: 'desk.read', article: 'knowledge.read' } as const

/** One box for everything that has words: also by the initials of its title. */
export function searchRoutes(finders: Finders): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/search', {
      config: { permission: 'identity.self' },
      schema: { tags: ['search'], summary: 'Tickets and articles by words or initials', querystring: FindQuery, response: { 200: Found } }, // prettier-ignore
      handler: async ({ viewer, query: { q, limit = 6 } }) => {
        const kinds = foundKinds.filter((kind) => viewer.permissions.has(permissionOf[kind]))
        const found = await Promise.all(
          kinds.map(async (kind) =>
            (await finders[kind](viewer, q, limit)).map((one): FoundItem => ({ ...one, kind })),
          ),
        )
        return { items: found.flat() }
      },
    })
  }
}
