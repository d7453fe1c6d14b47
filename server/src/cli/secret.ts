import { existsSync } from 'node:fs'
import { loadConfig } from '../config.ts'
import { newKey, replaceKey, writeKey } from '../secrets/key-file.ts'
import { keyFile, newKeyFile } from '../secrets/open.ts'
import { checkSecrets, reseal } from '../secrets/rotate.ts'
import { SecretBox } from '../secret-box.ts'
import { lockData } from './data-lock.ts'
import { Failure } from './failure.ts'
import { withInstallation, type Place } from './installation.ts'
import { cliLanguage } from './language.ts'

export interface SecretOptions extends Place {
  /** Where the new key goes when it is kept outside the data folder. */
  'key-out'?: string | undefined
}

/** `zongheng secret rotate | check`. Answers the exit code. */
export async function secret([word]: string[], options: SecretOptions): Promise<number> {
  if (word === 'rotate') return rotate(options)
  if (word === 'check') return check(options)
  throw new Failure('zongheng secret rotate | check', 2)
}

/** A new key for everything that is sealed, while no server runs. The key is safe before anything is sealed under it. */
async function rotate(options: SecretOptions): Promise<number> {
  const { config } = loadConfig(process.env, { dataDir: options.data }, options.config)
  const unlock = lockData(config.dataDir)
  try {
    return await withInstallation(options, async (_, { db, clock, secrets }) => {
      const key = newKey()
      const to = new SecretBox(Buffer.from(key, 'hex'))
      const [file, newFile] = [keyFile(config.dataDir), newKeyFile(config.dataDir)]
      if (config.secretKey) handOver(key, options['key-out'])
      else writeKey(newFile, key, 'w')
      const values = await reseal({ db, clock }, secrets, to)
      if (!config.secretKey) replaceKey(file, newFile)
      console.log(words[cliLanguage()].rotated(values, secrets.keyId, to.keyId))
      return 0
    })
  } finally {
    unlock()
  }
}

/** The key comes from outside: whoever keeps it there must change it. */
function handOver(key: string, file: string | undefined): void {
  if (!file) return console.log(`ZONGHENG_SECRET_KEY=${key}\n${words[cliLanguage()].set}`)
  if (existsSync(file)) throw new Failure(words[cliLanguage()].exists(file))
  writeKey(file, key, 'wx')
  console.log(words[cliLanguage()].kept(file))
}

function check(options: SecretOptions): Promise<number> {
  return withInstallation(options, async (_, { db, secrets }) => {
    const { keyId, values, broken } = await checkSecrets(db, secrets)
    for (const { place, id, reason } of broken) console.log(`${place} ${id}: ${reason}`)
    console.log(words[cliLanguage()].checked(values, broken.length, keyId))
    return broken.length > 0 ? 1 : 0
  })
}

const words = {
  zh: {
    rotated: (values: number, from: string, to: string) =>
      `已用新密钥 ${to} 重新加密 ${values} 项（旧密钥 ${from} 已作废），所有人需重新登录`,
    set: '请用上面的值替换原来的 ZONGHENG_SECRET_KEY（或配置文件中的 secretKey），再启动服务器',
    kept: (file: string) => `新密钥在 ${file}：请用它替换原来的 ZONGHENG_SECRET_KEY，再启动服务器`,
    exists: (file: string) => `${file} 已存在，不会覆盖`,
    checked: (values: number, broken: number, keyId: string) =>
      `密钥 ${keyId}：共 ${values} 项，${broken === 0 ? '均可解密' : `${broken} 项无法解密`}`,
  },
  en: {
    rotated: (values: number, from: string, to: string) =>
      `${values} values are sealed under the new key ${to} (no longer under ${from}); everyone signs in anew`,
    set: 'put this in place of the former ZONGHENG_SECRET_KEY (or of secretKey in the file), then start the server',
    kept: (file: string) => `the new key is in ${file}: put it in place of the former ZONGHENG_SECRET_KEY`,
    exists: (file: string) => `${file} is there already and will not be overwritten`,
    checked: (values: number, broken: number, keyId: string) =>
      `key ${keyId}: ${values} sealed values, ${broken === 0 ? 'all open' : `${broken} do not open`}`,
  },
}
