import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isReleaseName, releaseChunkBytes, type ReleaseChunk, type ReleaseOffer } from '../contract.ts'
import { replaceFile } from '../files.ts'
import { BadRelease, unpackRelease } from './archive.ts'
import { becomeGood, setTrial, type Launch } from './trial.ts'

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
    if (text) this.#offer = JSON.parse(text) as ReleaseOffer
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

  /** The server is there again, or gone. A release on trial has shown what it was to show. */
  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    if (!isOnline) return
    const { launch, onError } = this.#options
    if (launch.isTrial) becomeGood(launch).catch(onError)
    this.#go()
  }

  async close(): Promise<void> {
    this.#closing.abort()
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
    this.#underWay = this.#run()
      .catch(this.#options.onError)
      .finally(() => (this.#underWay = null))
  }

  async #run(): Promise<void> {
    const offer = this.#offer
    if (!offer || !(await this.#fetch(offer))) return
    try {
      await unpackRelease(this.#partFile, this.#options.launch.folder, offer)
      await setTrial(this.#options.launch.folder, offer.release)
    } catch (error) {
      await this.#forget()
      return this.#options.onFailed((error as Error).message)
    }
    await this.#forget()
    this.#options.onReady(offer.release)
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
        if (!chunk) return false
        await file.write(chunk)
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

  /** Null: not now. */
  async #chunk({ release, bytes }: ReleaseOffer, offset: number): Promise<Uint8Array | null> {
    try {
      const answer = await this.#options.ask(release, offset)
      if (answer.ok) {
        const { length } = answer.data
        if (length > 0 && length <= releaseChunkBytes && offset + length <= bytes) return answer.data
        throw new BadRelease(`${length} octets at ${offset} of ${bytes}`)
      }
      await this.#forget()
      this.#options.onFailed(answer.reason)
    } catch (error) {
      this.#options.onError(error as Error)
      setTimeout(() => this.#go(), askAgainMs).unref()
    }
    return null
  }

  async #forget(): Promise<void> {
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

function isPrivate(server: string): boolean {
  const { protocol, hostname } = new URL(server)
  return (
    protocol === 'https:' ||
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.[\d.]+$/.test(hostname)
  )
}
