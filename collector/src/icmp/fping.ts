import { spawn } from 'node:child_process'
import { isIP } from 'node:net'
import { parseFping } from './fping-output.ts'

/** `icmp-missing`: no fping here. `icmp-forbidden`: it may not open a raw socket. `icmp-failed`: it did not do its work. */
export type IcmpFaultCode = 'icmp-missing' | 'icmp-forbidden' | 'icmp-failed'

/** This host cannot ask: nothing follows for those who were to be asked. The message says what to do. */
export class IcmpError extends Error {
  override name = 'IcmpError'
  readonly code: IcmpFaultCode

  constructor(code: IcmpFaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const remedies = {
  'icmp-missing': 'fping is not installed here: install the package fping',
  'icmp-forbidden': 'fping may not send ICMP: as root, setcap cap_net_raw+ep $(command -v fping)',
}

/** Between two echoes of one round: ten thousand a second, 8 Mbit/s at most. */
const paceMs = 0.1
const lineBytes = 320
const slackBytes = 64 * 1024
/** What fping may take beyond its own reckoning on a busy host. */
const slackMs = 5_000

/**
 * One echo to each address [RFC 792, RFC 4443], all in one fping: a process costs some milliseconds, an echo some 25 µs. It has
 * the round trips from the kernel's time stamps, so that our own work is not in them. Addresses are numeric and distinct.
 * Rejects with an IcmpError.
 */
export async function fping(addresses: readonly string[], timeoutMs: number): Promise<Float64Array> {
  const asked = addresses.filter((address) => isIP(address) > 0 && !address.includes('%'))
  if (asked.length === 0) return parseFping('', addresses).rttMs
  const { status, text } = await run(asked, timeoutMs)
  const { rttMs, note } = parseFping(text, addresses)
  // 0: all answered; 1: some did not; 2: some are no addresses; 4: no socket [fping(8)]
  if (status === 4 && /permi|socket|root/i.test(text)) throw fault('icmp-forbidden', note)
  if (status === null || status > 2) throw fault('icmp-failed', note || `exit status ${status}`)
  return rttMs
}

function run(addresses: string[], timeoutMs: number): Promise<{ status: number | null; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | null; text: string }>()
  const args = ['-q', '-C1', `-t${timeoutMs}`, `-i${paceMs}`]
  const child = spawn('fping', args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: timeoutMs + addresses.length * paceMs * 10 + slackMs,
    killSignal: 'SIGKILL',
  })
  const limit = addresses.length * lineBytes + slackBytes
  let text = ''
  child.stderr.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    if (text.length <= limit) return
    child.kill('SIGKILL')
    child.stderr.destroy()
  })
  child.on('exit', (_, signal) => signal && child.stderr.destroy()) // whatever it left behind may hold the pipe
  child.on('error', (cause: NodeJS.ErrnoException) => reject(spawnFault(cause)))
  child.on('close', (status) => resolve({ status, text }))
  child.stdin.on('error', () => child.kill('SIGKILL')) // it went before it read: its status says why
  child.stdin.end(addresses.join('\n') + '\n')
  return promise
}

function spawnFault(cause: NodeJS.ErrnoException): IcmpError {
  if (cause.code === 'ENOENT') return fault('icmp-missing', '', { cause })
  return fault(cause.code === 'EACCES' ? 'icmp-forbidden' : 'icmp-failed', cause.message, { cause })
}

function fault(code: IcmpFaultCode, note: string, options?: ErrorOptions): IcmpError {
  const what = code === 'icmp-failed' ? 'fping failed' : remedies[code]
  return new IcmpError(code, note ? `${what} (${note})` : what, options)
}
