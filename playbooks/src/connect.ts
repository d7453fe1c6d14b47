import { createHash } from 'node:crypto'
import { Client, type Algorithms, type ConnectConfig } from 'ssh2'
import { SessionError, type SessionErrorCode } from './session-error.ts'

export interface SshTarget {
  address: string
  port: number
  username: string
  password?: string
  privateKey?: string
  enablePassword?: string
  /** Whether this is the device it should be: `SHA256:…` as ssh-keygen -l prints it. */
  checkHostKey: (fingerprint: string) => boolean | Promise<boolean>
  /** Until signed in; 15 s unless told. */
  connectTimeoutMs?: number
}

// Retired by OpenSSH, all that gear before 2012 speaks; tried only after everything better.
const legacy: Algorithms = {
  kex: {
    append: [
      'diffie-hellman-group14-sha1',
      'diffie-hellman-group-exchange-sha1',
      'diffie-hellman-group1-sha1',
    ],
    prepend: [],
    remove: [],
  },
  cipher: { append: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'], prepend: [], remove: [] },
  serverHostKey: { append: ['ssh-rsa', 'ssh-dss'], prepend: [], remove: [] },
  hmac: { append: ['hmac-sha1', 'hmac-md5'], prepend: [], remove: [] },
}

const socketCodes: Record<string, SessionErrorCode> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'disconnected',
  EPIPE: 'disconnected',
}
const levels: Record<string, SessionErrorCode> = {
  'client-authentication': 'authentication',
  'client-timeout': 'timeout',
  'client-dns': 'unreachable',
  'client-socket': 'unreachable',
  handshake: 'handshake',
  protocol: 'handshake',
}

/** Signs in. Rejects with a SessionError; `signal` hangs up. */
export async function connect(
  target: SshTarget,
  legacyAlgorithms: boolean,
  signal?: AbortSignal,
): Promise<Client> {
  if (signal?.aborted) throw new SessionError('aborted', 'cancelled before connecting')
  const client = new Client()
  const place = `${target.address}:${target.port}`
  const { promise, resolve, reject } = Promise.withResolvers<Client>()
  const timeoutMs = target.connectTimeoutMs ?? 15_000
  let keyRefused = false
  let reached = false

  const abort = () => reject(new SessionError('aborted', `cancelled while connecting to ${place}`))
  const late = () =>
    reject(
      new SessionError(reached ? 'timeout' : 'unreachable', `${place} did not let in within ${timeoutMs} ms`),
    )
  const timer = setTimeout(late, timeoutMs)
  signal?.addEventListener('abort', abort)

  const checkKey: ConnectConfig['hostVerifier'] = (key: Buffer, verify: (valid: boolean) => void) => {
    const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
    Promise.resolve(target.checkHostKey(fingerprint)).then((known) => {
      keyRefused = !known
      verify(known)
    }, reject)
  }
  client.on('ready', () => resolve(client))
  client.on('connect', () => (reached = true))
  client.on('error', (error) =>
    reject(
      keyRefused
        ? new SessionError('host-key', `${place} shows another host key than the known one`)
        : explain(place, error),
    ),
  )
  client.on('close', () =>
    reject(new SessionError('disconnected', `${place} hung up before the sign-in was done`)),
  )
  answerPasswordQuestions(client, target.password)
  try {
    client.connect({
      ...config(target),
      hostVerifier: checkKey,
      ...(legacyAlgorithms && { algorithms: legacy }),
    })
    return await promise
  } catch (error) {
    client.destroy()
    throw error instanceof SessionError ? error : explain(place, error as Error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

const config = (target: SshTarget): ConnectConfig => ({
  host: target.address,
  port: target.port,
  username: target.username,
  password: target.password,
  privateKey: target.privateKey,
  tryKeyboard: target.password !== undefined,
  readyTimeout: 0, // one timer of ours covers the connection and the sign-in
  keepaliveInterval: 5_000,
  keepaliveCountMax: 3,
})

/** keyboard-interactive [RFC 4256]: the password for each hidden question, nothing else. */
function answerPasswordQuestions(client: Client, password: string | undefined): void {
  client.on('keyboard-interactive', (_name, _instructions, _lang, prompts, finish) =>
    finish(prompts.map((prompt) => (prompt.echo ? '' : (password ?? '')))),
  )
}

function explain(place: string, error: Error & { level?: string; code?: string }): SessionError {
  if (/parse privateKey|Encrypted private/i.test(error.message))
    return new SessionError('bad-key', `the private key cannot be read: ${error.message}`, { cause: error })
  const code = socketCodes[error.code ?? ''] ?? levels[error.level ?? ''] ?? 'internal'
  return new SessionError(code, `${place}: ${error.message}`, { cause: error })
}
