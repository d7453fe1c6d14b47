import { existsSync, statSync } from 'node:fs'
import { keyFile, sealedUnder } from '../secrets/open.ts'
import { checkSecrets } from '../secrets/rotate.ts'
import { matching, type FoundKey } from '../backup/key.ts'
import type { Check } from './examine.ts'
import { error, ok, type Sight } from './finding.ts'
import type { Patient } from './patient.ts'

export const secretChecks: readonly Check[] = [
  { id: 'key-file', look: file },
  { id: 'secrets', asksDatabase: true, look: secrets },
]

const putBack: [string, string] = [
  '把原来的 secret.key 放回数据目录（它应与备份分开保管）',
  'put the right secret.key back into the data folder (it was kept apart from the backups)',
]

function file({ config, keys, keyProblem }: Patient): Sight {
  const path = keyFile(config.dataDir)
  if (keyProblem !== null)
    return error([`密钥读不出：${keyProblem}`, `the key cannot be read: ${keyProblem}`], putBack)
  if (keys.length === 0) return error(['没有密钥 secret.key', 'there is no secret.key'], putBack)
  if (!existsSync(path)) return ok('密钥由配置给出', 'the key comes from the configuration')
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) === 0) return ok('密钥只有属主可读', 'the key is for its owner alone')
  return error(
    [`密钥对其他用户开放（${mode.toString(8)}）`, `the key is open to other users (${mode.toString(8)})`],
    [
      `chmod 600 ${path}；若可能已泄露，zongheng secret rotate`,
      `chmod 600 ${path}; if it may have leaked, zongheng secret rotate`,
    ],
  )
}

/** The key that opens this database, if it is here. */
export async function keyFor({ db, keys }: Patient): Promise<FoundKey | undefined> {
  return matching(keys, await sealedUnder(db!))
}

async function secrets(patient: Patient): Promise<Sight> {
  const key = await keyFor(patient)
  if (!key) return error(['密钥不是这个数据库的', 'the key is not the one of this database'], putBack)
  const { values, broken } = await checkSecrets(patient.db!, key.box)
  if (broken.length === 0) return ok(`${values} 项密文都能打开`, `all ${values} sealed values open`)
  const places = broken
    .slice(0, 3)
    .map(({ place, id }) => `${place} ${id}`)
    .join(', ')
  return error(
    [`${broken.length} 项密文打不开：${places}`, `${broken.length} sealed values do not open: ${places}`],
    ['重新录入这些凭据', 'enter those credentials anew'],
  )
}
