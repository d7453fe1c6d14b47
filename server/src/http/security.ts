import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

const yearS = 365 * 24 * 3600
/** What no page of ours asks for. */
const permissionsPolicy = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

export interface SecurityOptions {
  /** What the page's policy allows of inline scripts. */
  scriptHashes: () => string[]
  /** People come by https alone, whatever the connection to us is. */
  isSecure: boolean
}

/** Strict headers. The console's own scripts alone run; drawings set style attributes. Nothing of the API is kept by caches. */
export async function secureHeaders(
  app: FastifyInstance,
  { scriptHashes, isSecure }: SecurityOptions,
): Promise<void> {
  await app.register(helmet, {
    strictTransportSecurity: false, // below: it depends on how a request came
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", () => scriptHashes().join(' ')],
        styleSrc: ["'self'"],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('permissions-policy', permissionsPolicy)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    if (isSecure || request.protocol === 'https')
      reply.header('strict-transport-security', `max-age=${yearS}`)
  })
}
