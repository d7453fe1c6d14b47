import { HttpError, InfluxDB, setLogger, type WriteApi } from '@influxdata/influxdb-client'
import { SeriesStoreAway, SeriesStoreRefused } from './away.ts'
import { credentialHeaders, isAway, type StoreAddress } from './http.ts'

/** Some 5 MB of line protocol: below what the servers take at once. */
const linesAtOnce = 50_000
const patienceMs = 30_000

// What fails is thrown at whoever writes; the library would print it besides.
setLogger({ error: () => undefined, warn: () => undefined })

/** Writes line protocol, and is done when the store has answered. Trying again is up to the caller. */
export class LineWriter {
  readonly #client: InfluxDB
  readonly #path: string

  constructor(address: StoreAddress, path: string) {
    const headers = credentialHeaders(address)
    this.#client = new InfluxDB({ url: address.url, timeout: patienceMs, headers })
    this.#path = path
  }

  /** Throws SeriesStoreAway; SeriesStoreRefused when the store will never take these lines, or not all of them. */
  async write(lines: string[]): Promise<void> {
    let refused: Error | null = null
    for (let from = 0; from < lines.length; from += linesAtOnce) {
      const failure = await this.#writeSome(lines.slice(from, from + linesAtOnce))
      if (failure instanceof SeriesStoreAway) throw failure
      refused ??= failure
    }
    if (refused) throw refused
  }

  async #writeSome(lines: string[]): Promise<Error | null> {
    const api = this.#api()
    try {
      api.writeRecord(lines.join('\n'))
      await api.flush()
      return null
    } catch (error) {
      return translated(error as Error)
    } finally {
      api.dispose()
    }
  }

  /** One of its own for each record: the library's keeps what it could not send, and sends a full batch without being asked. */
  #api(): WriteApi {
    const options = {
      batchSize: 2,
      maxBatchBytes: Infinity,
      flushInterval: 0,
      maxRetries: 0,
      gzipThreshold: 1000,
    }
    const api = this.#client.getWriteApi('', '', 'ms', options)
    api.path = this.#path
    return api
  }
}

function translated(error: Error): Error {
  if (!(error instanceof HttpError)) return new SeriesStoreAway(error.message, { cause: error })
  const Failure = isAway(error.statusCode) ? SeriesStoreAway : SeriesStoreRefused
  return new Failure(`${error.statusCode} ${error.body ?? error.message}`.slice(0, 400), { cause: error })
}
