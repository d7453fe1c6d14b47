import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { SecureContextOptions, Server as TlsServer } from 'node:tls'
import { ConfigError, type Config } from '../config.ts'
import type { Log } from '../log.ts'

const dayMs = 24 * 3_600_000
/** Whoever renews it by hand wants to know this early. */
export const expiresSoonMs = 30 * dayMs
const lookEveryMs = 10_000

export interface Certificate {
  /** PEM: the server's own first, then the chain. */
  cert: Buffer
  key: Buffer
  /** Names and addresses it is good for, as X.509 writes them: `DNS:zongheng.example.gov.cn`. */
  names: string
  validUntilMs: number
}

type Files = Pick<Config, 'tlsCert' | 'tlsKey'>

/** What TLS is served with; null where none is configured. Throws ConfigError, which names the file and what is wrong with it. */
export function readCertificate({ tlsCert, tlsKey }: Files, nowMs: number): Certificate | null {
  if (!tlsCert && !tlsKey) return null
  if (!tlsCert || !tlsKey) throw new ConfigError('tlsCert and tlsKey go together: one of them is not set')
  const [cert, key] = [readFile('tlsCert', tlsCert), readFile('tlsKey', tlsKey)]
  const shown = parsed(`tlsCert: ${tlsCert} holds no certificate in PEM`, () => new X509Certificate(cert))
  const own = parsed(`tlsKey: ${tlsKey} holds no private key in PEM, or needs a passphrase`, () =>
    createPrivateKey(key),
  )
  if (!shown.checkPrivateKey(own)) throw new ConfigError(`${tlsKey} is not the key of ${tlsCert}`)
  const [validFromMs, validUntilMs] = [Date.parse(shown.validFrom), Date.parse(shown.validTo)]
  if (nowMs > validUntilMs) throw new ConfigError(`${tlsCert} has expired on ${shown.validTo}`)
  if (nowMs < validFromMs) throw new ConfigError(`${tlsCert} is not valid before ${shown.validFrom}`)
  return { cert, key, names: shown.subjectAltName ?? shown.subject, validUntilMs }
}

function readFile(setting: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ConfigError(`${setting}: ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function parsed<T>(message: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new ConfigError(message, { cause })
  }
}

export const tlsOptions = ({ cert, key }: Certificate): SecureContextOptions => ({
  cert,
  key,
  minVersion: 'TLSv1.2',
})

export interface KeeperDeps {
  files: Files
  log: Log
  clock: () => number
  lookEveryMs?: number
}

/** Serves a renewed certificate without a restart, and warns before one expires. */
export class CertificateKeeper {
  readonly #server: Pick<TlsServer, 'setSecureContext'>
  readonly #deps: KeeperDeps
  readonly #reload = () => this.reload()
  #current: Certificate
  #timer: NodeJS.Timeout

  constructor(server: Pick<TlsServer, 'setSecureContext'>, current: Certificate, deps: KeeperDeps) {
    this.#server = server
    this.#current = current
    this.#deps = deps
    const options = { interval: deps.lookEveryMs ?? lookEveryMs, persistent: false }
    for (const file of this.#files) watchFile(file, options, this.#reload)
    process.on('SIGHUP', this.#reload)
    this.#timer = setInterval(() => this.#warn(), dayMs).unref()
    this.#warn()
  }

  /** What cannot be used changes nothing: certificate and key are rarely replaced at one stroke. */
  reload(): void {
    const { files, log, clock } = this.#deps
    try {
      const next = readCertificate(files, clock())
      if (!next) return
      this.#server.setSecureContext(tlsOptions(next))
      this.#current = next
      log.info({ names: next.names, validUntil: new Date(next.validUntilMs) }, 'certificate renewed')
      this.#warn()
    } catch (err) {
      log.error({ err }, 'the new certificate cannot be used, the former is shown')
    }
  }

  close(): void {
    for (const file of this.#files) unwatchFile(file, this.#reload)
    process.off('SIGHUP', this.#reload)
    clearInterval(this.#timer)
  }

  get #files(): string[] {
    return [this.#deps.files.tlsCert, this.#deps.files.tlsKey]
  }

  #warn(): void {
    const { log, clock } = this.#deps
    const leftMs = this.#current.validUntilMs - clock()
    if (leftMs < expiresSoonMs)
      log.warn({ daysLeft: Math.floor(leftMs / dayMs) }, 'the certificate expires soon')
  }
}
