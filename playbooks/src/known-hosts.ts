import { readFile, rename, writeFile } from 'node:fs/promises'

/**
 * Host keys by device, trusted on first use, kept in a JSON file. A changed key is refused until its line is removed:
 * either the device was replaced, or somebody stands between.
 */
export class KnownHosts {
  readonly #file: string
  #known: Promise<Record<string, string>> | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
  }

  /** Whether `fingerprint` (`SHA256:…`) is the one known for this host; an unknown host becomes known. */
  async check(host: string, fingerprint: string): Promise<boolean> {
    this.#known ??= this.#read()
    const known = await this.#known
    if (Object.hasOwn(known, host)) return known[host] === fingerprint
    known[host] = fingerprint
    await this.#write(known)
    return true
  }

  async #read(): Promise<Record<string, string>> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as Record<string, string>
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw new Error(`${this.#file} cannot be read as known hosts: repair or remove it`, { cause: error })
    }
  }

  #write(known: Record<string, string>): Promise<void> {
    const text = JSON.stringify(known, null, 2)
    const write = async () => {
      await writeFile(`${this.#file}.new`, text, { mode: 0o600 })
      await rename(`${this.#file}.new`, this.#file)
    }
    this.#writing = this.#writing.then(write, write)
    return this.#writing
  }
}
