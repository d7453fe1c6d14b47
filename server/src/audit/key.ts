import { randomBytes } from 'node:crypto'
import type { Db } from '../db/database.ts'
import { claimSetting, settingOf } from '../db/settings.ts'
import type { SecretBox } from '../secret-box.ts'

const setting = 'audit-key'

/** The key of the chain's seals: made at first use, kept sealed under the installation's key, the same ever after. */
export class AuditKey {
  readonly #secrets: SecretBox
  #opened: { sealed: string; key: Buffer } | undefined

  constructor(secrets: SecretBox) {
    this.#secrets = secrets
  }

  async get(db: Db): Promise<Buffer> {
    const sealed = (await settingOf(db, setting)) ?? (await this.#make(db))
    if (this.#opened?.sealed !== sealed)
      this.#opened = { sealed, key: Buffer.from(this.#secrets.open<string>(sealed, setting), 'hex') }
    return this.#opened.key
  }

  async #make(db: Db): Promise<string> {
    const value = this.#secrets.seal(randomBytes(32).toString('hex'), setting)
    await claimSetting(db, setting, value, 0)
    return (await settingOf(db, setting))! // someone else's, if they were first
  }
}
