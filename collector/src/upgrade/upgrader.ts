import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isReleaseName, releaseChunkBytes, type ReleaseChunk, type ReleaseOffer } from '../contract.ts'
import { replaceFile } from '../files.ts'
import { BadRelease, unpackRelease } from './archive.ts'
import { becomeGood, setTrial, tellRefusal, type Launch } from './trial.ts'

export interface UpgraderOptions {
  launch: Launch
  platform: string
  /** Of the server: nothing that will run here comes over a line that others can write to. */
  server: string
  /** Rejects when there is no answer. */
  ask: (release: string, offset: number) => Promise<ReleaseChunk>
  /** Of the line to the server, for what can wait. */
  bytesPerS: () => number
  /** It lies ready to be tried. */
  onReady: (release: string) => void
  /** It will not be run, and why. */
  onFailed: (reason: string) => void
  onError: (error: Error) => void
}

const mostBytes = 1024 ** 3
const askAgainMs = 5_000

/** Fetches the release that the server offers, however often the line is lost, and hands it to the launcher. */
export class Upgrader {
  readonly #options: UpgraderOptions
  #offer: ReleaseOffer | null = null
  #receivedBytes = 0
  #isOnline = false
  #underWay: Promise<void> | null = null
  #againTimer: NodeJS.Timeout | undefined
  #goodTimer: NodeJS.Timeout | undefined
  readonly #closing = new AbortController()

  constructor(options: UpgraderOptions) {
    this.#options = options
  }

  get progress(): { release: string; receivedBytes: number; bytes: number } | null {
    if (!this.#offer) return null
    const { release, bytes } = this.#offer
    return { release, bytes, receivedBytes: this.#receivedBytes }
  }

  /** Goes on with what was begun before this start. */
  async load(): Promise<void> {
    const text = await readFile(this.#offerFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text === null) return
    this.#offer = offerIn(text)
    const isHere = this.#offer?.release === this.#options.launch.release // stopped before the offer was forgotten
    if (!this.#offer || isHere) await this.#forget(this.#offer)
  }

  /** From the server. Another offer takes the place of the one before. */
  async take(offer: ReleaseOffer): Promise<void> {
    const refusal = this.#refusalOf(offer)
    if (refusal) return this.#options.onFailed(refusal)
    const { release, platform, bytes, sha256 } = offer
    if (this.#offer?.sha256 === sha256) return this.#go()
    await mkdir(this.#options.launch.folder, { recursive: true, mode: 0o700 })
    await rm(this.#partFile, { force: true })
    this.#offer = { release, platform, bytes, sha256 }
    this.#receivedBytes = 0
    await replaceFile(this.#offerFile, JSON.stringify(this.#offer))
    this.#go()
  }

  /** The server is there again, or gone. A release on trial that stays with it has shown what it was to show. */
  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    clearTimeout(this.#goodTimer)
    if (!isOnline || this.#closing.signal.aborted) return
    const { launch, onError } = this.#options
    if (launch.isTrial)
      this.#goodTimer = setTimeout(() => void becomeGood(launch).catch(onError), launch.heldMs)
    this.#go()
  }

  /** The server would not have this collector: why, in case the trial fails for it. */
  refused(reason: string): void {
    const { launch, onError } = this.#options
    if (launch.isTrial) tellRefusal(launch.folder, reason).catch(onError)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#againTimer)
    clearTimeout(this.#goodTimer)
    await this.#underWay
  }

  #refusalOf({ release, platform, bytes, sha256 }: ReleaseOffer): string | null {
    if (!isReleaseName(release) || !/^[0-9a-f]{64}$/.test(sha256)) return 'the offer makes no sense'
    if (!isPrivate(this.#options.server)) return 'releases are taken over TLS alone'
    if (platform !== this.#options.platform) return `${release} is for ${platform}`
    if (!(bytes > 0 && bytes <= mostBytes)) return `${release} has ${bytes} octets`
    return null
  }

  #go(): void {
    if (!this.#offer || !this.#isOnline || this.#underWay || this.#closing.signal.aborted) return
    clearTimeout(this.#againTimer)
    const offer = this.#offer
    this.#underWay = this.#run(offer)
      .catch((error: Error) => {
        this.#options.onError(error)
        this.#againTimer = setTimeout(() => this.#go(), askAgainMs).unref()
      })
      .finally(() => {
        this.#underWay = null
        if (this.#offer !== offer) this.#go() // another took its place meanwhile
      })
  }

  async #run(offer: ReleaseOffer): Promise<void> {
    try {
      if (!(await this.#fetch(offer)) || !(await this.#setUp(offer))) return
    } catch (error) {
      if (this.#closing.signal.aborted || this.#offer !== offer) return
      if (!(error instanceof BadRelease)) throw error
      await this.#forget(offer)
      return this.#options.onFailed(error.message)
    }
    await this.#forget(offer)
    this.#options.onReady(offer.release)
  }

  /** False when another took its place meanwhile. */
  async #setUp(offer: ReleaseOffer): Promise<boolean> {
    const { folder } = this.#options.launch
    try {
      await unpackRelease(this.#partFile, folder, offer, this.#closing.signal)
      if (this.#offer !== offer) return false
      await setTrial(folder, offer.release)
      return true
    } catch (cause) {
      throw new BadRelease((cause as Error).message, { cause })
    }
  }

  /** True once it is whole. What was received stays, and is gone on with. */
  async #fetch(offer: ReleaseOffer): Promise<boolean> {
    const { signal } = this.#closing
    const file = await open(this.#partFile, 'a', 0o600)
    try {
      this.#receivedBytes = (await stat(this.#partFile)).size
      while (this.#receivedBytes < offer.bytes) {
        if (!this.#isOnline || signal.aborted || this.#offer !== offer) return false
        const chunk = await this.#chunk(offer, this.#receivedBytes)
        if (this.#offer !== offer) return false
        await file.appendFile(chunk)
        this.#receivedBytes += chunk.length
        await this.#spend(chunk.length)
      }
      await file.sync()
      return true
    } finally {
      await file.close()
    }
  }

  async #spend(bytes: number): Promise<void> {
    const waitMs = (1000 * bytes) / this.#options.bytesPerS()
    if (waitMs < 1) return
    await delay(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined) // closed: seen by whoever goes on
  }

  /** Rejects with BadRelease when there is none to come. */
  async #chunk({ release, bytes }: ReleaseOffer, offset: number): Promise<Uint8Array> {
    const answer = await this.#unlessClosed(this.#options.ask(release, offset))
    if (!answer.ok) throw new BadRelease(answer.reason)
    const { length } = answer.data
    if (length > 0 && length <= releaseChunkBytes && offset + length <= bytes) return answer.data
    throw new BadRelease(`${length} octets at ${offset} of ${bytes}`)
  }

  /** An answer may be a minute away, and whoever stops has not that long. */
  #unlessClosed<T>(answer: Promise<T>): Promise<T> {
    const { signal } = this.#closing
    return new Promise((resolve, reject) => {
      const closed = () => reject(signal.reason as Error)
      signal.addEventListener('abort', closed, { once: true })
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', closed))
    })
  }

  async #forget(offer: ReleaseOffer | null): Promise<void> {
    if (this.#offer !== offer) return
    this.#offer = null
    await Promise.all([rm(this.#offerFile, { force: true }), rm(this.#partFile, { force: true })])
  }

  get #offerFile(): string {
    return join(this.#options.launch.folder, 'offer.json')
  }

  get #partFile(): string {
    return join(this.#options.launch.folder, 'archive.part')
  }
}

/** Null when it is damaged. */
function offerIn(text: string): ReleaseOffer | null {
  try {
    return JSON.parse(text) as ReleaseOffer
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isPrivate(server: string): boolean {
  const { protocol, hostname } = new URL(server)
  return (
    protocol === 'https:' ||
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.[\d.]+$/.test(hostname)
  )
}
