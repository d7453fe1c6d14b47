import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { IcmpError } from '../icmp/icmp.ts'
import { EchoTally } from '../icmp/tally.ts'
import { CheckFailure, failureOf } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

const mostEchoes = 20

/** `checkMs`: the mean round trip. One answer is enough: loss is told, and judged by the limits of who wants that. */
export const icmpCheck: CheckRunner<'icmp'> = async ({ host, count }, { parts, signal, measure }) => {
  const address = isIP(host) ? host : await addressOf(host)
  const tally = new EchoTally()
  const echoes = Math.min(mostEchoes, Math.max(1, count))
  for (let sent = 0; sent < echoes && !signal.aborted; sent++)
    tally.take(await echo(() => parts.icmp.echo(address, { isUrgent: sent > 0 })))
  const { sent, lost, meanMs } = tally.read()
  if (meanMs === null) throw new CheckFailure('timeout', { sent, lost })
  measure('checkMs', meanMs)
  return { values: { sent, lost } }
}

/** The numeric address of a name. */
export async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address
  } catch (error) {
    throw failureOf(error) ?? error
  }
}

async function echo(ask: () => Promise<number | null>): Promise<number | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof IcmpError)) throw error
    throw new CheckFailure('not-possible', { reason: error.code }, { cause: error })
  }
}
