import { dial, hangUp, nextChunk } from './connection.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

/** What is looked through for the text. */
const mostBytes = 64 * 1024

export const tcpCheck: CheckRunner<'tcp'> = async (spec, { signal, measure }) => {
  const socket = await dial(spec, signal)
  try {
    measure('checkMs', socket.connectMs)
    if (!spec.expect) return
    let heard = Buffer.alloc(0)
    while (!heard.includes(spec.expect)) {
      const chunk = heard.length < mostBytes ? await nextChunk(socket, signal) : null
      if (!chunk)
        throw new CheckFailure('text-missing', { text: spec.expect, found: quote(heard.toString('utf8')) })
      heard = Buffer.concat([heard, chunk])
    }
  } finally {
    hangUp(socket)
  }
}
