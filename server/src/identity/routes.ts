import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Administration } from './administration.ts'
import { grantRoutes } from './grants/grant-routes.ts'
import { regionRoutes } from './regions/region-routes.ts'
import { teamRoutes } from './teams/team-routes.ts'
import { userRoutes } from './people/user-routes.ts'

/** People, teams, regions, and who may do what where. */
export function identityRoutes(administration: Administration): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(userRoutes(administration.users))
    await app.register(grantRoutes(administration))
    await app.register(teamRoutes(administration.teams))
    await app.register(regionRoutes(administration))
  }
}
