import { actAs } from '../audit/actor.ts'
import { isSealed } from '../backup/container.ts'
import { knownPassphrase } from '../backup/passphrase.ts'
import { restoreBackup, type Restored } from '../backup/restore.ts'
import { loadConfig } from '../config.ts'
import { explained } from './backup.ts'
import { Failure } from './failure.ts'
import { operator } from './installation.ts'
import { cliLanguage } from './language.ts'

export interface RestoreArgs {
  data?: string | undefined
  'database-url'?: string | undefined
  'passphrase-file'?: string | undefined
  key?: string | undefined
  'without-key': boolean
  force: boolean
  json: boolean
}

/** `zongheng restore FILE --data DIR` */
export async function restore([file]: string[], args: RestoreArgs): Promise<void> {
  const text = texts[cliLanguage()]
  if (!file) throw new Failure('zongheng restore FILE --data DIR', 2)
  const { config } = loadConfig(process.env, { dataDir: args.data, databaseUrl: args['database-url'] })
  const databaseUrl = config.databaseUrl.startsWith('sqlite:') ? null : config.databaseUrl
  const restored = await explained(async () => {
    const passphrase = (await sealedFile(file))
      ? await knownPassphrase(args['passphrase-file'], text.ask)
      : null
    const { key: keyPath, 'without-key': withoutKey, force } = args
    const options = { file, config, databaseUrl, passphrase, keyPath, withoutKey, force, nowMs: Date.now() }
    return actAs(operator('zongheng restore'), () => restoreBackup(options))
  })
  if (args.json) return console.log(JSON.stringify(summaryOf(restored, config.dataDir)))
  console.log(text.done(restored, config.dataDir))
  if (databaseUrl !== null) console.error(`zongheng: ${text.databaseUrl}`)
  if (restored.key === null) console.error(`zongheng: ${text.keyless}`)
}

async function sealedFile(file: string): Promise<boolean> {
  return isSealed(file).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(error.message)
  })
}

function summaryOf({ manifest, key, movedTo, endedSessions }: Restored, dataDir: string) {
  const { createdAt, product, holdings, auditProblem } = manifest
  return {
    dataDir,
    takenAt: createdAt,
    product,
    rows: holdings.rows,
    key,
    movedTo,
    endedSessions,
    auditProblem,
  }
}

interface Texts {
  ask: string
  done: (restored: Restored, dataDir: string) => string
  databaseUrl: string
  keyless: string
}

const instant = (ms: number) => new Date(ms).toISOString()

const texts: Record<'zh' | 'en', Texts> = {
  zh: {
    ask: '备份口令：',
    done: ({ manifest, movedTo, endedSessions }, dataDir) =>
      [
        `已恢复到 ${dataDir}：${instant(manifest.createdAt)} 的数据，已核对`,
        ...(movedTo === null ? [] : [`原有内容移到了 ${movedTo}；确认无误后再删除`]),
        `已结束 ${endedSessions} 个会话，所有人须重新登录`,
        '备份之后的改动不在其中：请检查此后停用的账号、收回的授权和令牌、吊销的采集器',
      ].join('\n'),
    databaseUrl: '请在 DATABASE_URL 或 zongheng.yaml 的 databaseUrl 中写明这个数据库，再启动服务',
    keyless: '没有密钥：凭据、令牌打不开，此次恢复也未写入审计。启动前请把 secret.key 放回数据目录',
  },
  en: {
    ask: 'passphrase: ',
    done: ({ manifest, movedTo, endedSessions }, dataDir) =>
      [
        `restored to ${dataDir}: the data of ${instant(manifest.createdAt)}, verified`,
        ...(movedTo === null ? [] : [`what was there is in ${movedTo}: delete it once all is well`]),
        `${endedSessions} sessions were ended: everybody signs in again`,
        'later changes are not in it: look at accounts disabled, grants and tokens taken, collectors revoked since',
      ].join('\n'),
    databaseUrl:
      'name that database by DATABASE_URL, or databaseUrl in zongheng.yaml, before the server starts',
    keyless:
      'there is no key: what is sealed stays closed, and the restore is not in the audit trail. Put secret.key into the data folder first',
  },
}
