import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'

/** Strict, but without the switch to TLS of its default: most installations are plain HTTP inside a closed network. */
const policy = { 'default-src': "'self'", 'style-src': "'self' 'unsafe-inline'", 'img-src': "'self' data:" }

/** OpenAPI 3.1 at `/api/openapi.json`, to browse at `/api/docs`. Register before the routes it describes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '纵横 Zongheng',
        version,
        description:
          'Instants are UTC epoch milliseconds. Lists answer `items` and `next`, the cursor of the page after. Errors are problem+json (RFC 9457).',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'zongheng' } } },
      security: [{ session: [] }],
    },
    transform: ({ schema, url, route }) => ({ schema: { ...schema, ...accessOf(route.config) }, url }),
  })
  app.get('/api/openapi.json', { config: { public: true }, schema: { hide: true } }, async () =>
    app.swagger(),
  )
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true }
    })
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      staticCSP: policy,
      uiConfig: { url: '/api/openapi.json' },
    })
  })
}

/** Who may call, for the reader. */
function accessOf(config: FastifyContextConfig | undefined): { security?: []; description?: string } {
  if (config?.public) return { security: [] }
  return config?.permission ? { description: `Permission: \`${config.permission}\`.` } : {}
}
