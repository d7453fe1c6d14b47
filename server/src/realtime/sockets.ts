import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import parser from 'socket.io-msgpack-parser'

const bufferAtMost = 16 * 1024 * 1024
/** Whoever connects says who they are within this. */
const introductionAtMostMs = 10_000

/** One socket.io server for consoles (namespace `/`) and collectors. Only our own pages may open a console's socket. */
export function openSockets(
  http: HttpServer,
  isOwnOrigin: (origin: string, host: string) => boolean,
): Server {
  return new Server(http, {
    parser,
    maxHttpBufferSize: bufferAtMost,
    connectTimeout: introductionAtMostMs,
    serveClient: false,
    allowRequest: (request, answer) => {
      const { origin, host } = request.headers
      answer(null, !origin || isOwnOrigin(origin, host ?? ''))
    },
  })
}
