import type { CliLanguage } from '../cli/language.ts'

type Values = Record<string, string | number>
type Texts = Record<CliLanguage, (values: Values) => string>

/** Why a backup was not taken or not restored. Until then nothing was changed, unless the text says so. */
const problems = {
  'nothing-here': {
    zh: ({ dataDir }) => `${dataDir} 中没有纵横的数据`,
    en: ({ dataDir }) => `${dataDir} holds no installation`,
  },
  exists: { zh: ({ file }) => `${file} 已存在`, en: ({ file }) => `${file} exists already` },
  'keep-needs-folder': {
    zh: () => '--keep 只适用于备份到目录：请给出目录而不是文件名',
    en: () => '--keep goes with a folder: name a folder, not a file',
  },
  'no-space': {
    zh: ({ folder, neededMiB, freeMiB }) => `${folder} 空间不足：需要 ${neededMiB} MiB，剩余 ${freeMiB} MiB`,
    en: ({ folder, neededMiB, freeMiB }) => `${folder} has ${freeMiB} MiB free, ${neededMiB} MiB are needed`,
  },
  damaged: {
    zh: ({ name, reason }) => `${name} 已损坏：${reason}`,
    en: ({ name, reason }) => `${name} is damaged: ${reason}`,
  },
  'series-behind': {
    zh: ({ stream }) => `时序数据落后于主数据库：${stream}`,
    en: ({ stream }) => `the series are behind the main database: ${stream}`,
  },
  'audit-broken': {
    zh: ({ reason }) => `审计链已断开：${reason}`,
    en: ({ reason }) => `the audit chain is broken: ${reason}`,
  },
  'not-a-backup': {
    zh: ({ file, reason }) => `${file} 不是完整的纵横备份：${reason}`,
    en: ({ file, reason }) => `${file} is not a whole backup: ${reason}`,
  },
  'passphrase-needed': {
    zh: () => '备份已加密：请用 --passphrase-file 或 ZONGHENG_PASSPHRASE 给出口令',
    en: () => 'the backup is encrypted: give its passphrase by --passphrase-file or ZONGHENG_PASSPHRASE',
  },
  'passphrase-short': {
    zh: ({ least }) => `口令至少 ${least} 个字符`,
    en: ({ least }) => `a passphrase has at least ${least} characters`,
  },
  'passphrase-differs': {
    zh: () => '两次输入的口令不一致',
    en: () => 'the two passphrases differ',
  },
  'wrong-passphrase': {
    zh: () => '口令不正确，或文件开头已损坏',
    en: () => 'the passphrase is wrong, or the beginning of the file is damaged',
  },
  'sealed-changed': {
    zh: ({ chunk }) => `加密的备份被改动或截断（第 ${chunk} 块）`,
    en: ({ chunk }) => `the encrypted backup was changed or cut short (chunk ${chunk})`,
  },
  newer: {
    zh: ({ theirs, ours }) => `备份来自更新的版本 ${theirs}，本机是 ${ours}：请先升级`,
    en: ({ theirs, ours }) => `the backup was made by ${theirs}, newer than this ${ours}: upgrade first`,
  },
  'in-use': {
    zh: ({ dataDir, pid }) => `${dataDir} 正被进程 ${pid} 使用：请先停止服务`,
    en: ({ dataDir, pid }) => `${dataDir} is in use by process ${pid}: stop it first`,
  },
  'not-empty': {
    zh: ({ dataDir }) => `${dataDir} 不是空目录；--force 会把它移到一边，不会删除`,
    en: ({ dataDir }) => `${dataDir} is not empty; --force moves it aside, and deletes nothing`,
  },
  'key-missing': {
    zh: () =>
      '备份中没有密钥：请用 --key 给出另行保存的 secret.key；确已丢失时用 --without-key，之后凭据须重新录入',
    en: () =>
      'the backup holds no key: name the secret.key kept apart by --key; if it is lost, --without-key restores what needs none',
  },
  'wrong-key': {
    zh: ({ place, keyId }) => `${place} 不是这份备份的密钥（需要 ${keyId}）`,
    en: ({ place, keyId }) => `${place} is not the key of this backup, which is ${keyId}`,
  },
  unsealable: {
    zh: ({ failed, total }) => `${total} 项密文中有 ${failed} 项打不开；--without-key 仍可恢复其余内容`,
    en: ({ failed, total }) =>
      `${failed} of ${total} sealed values do not open under the key; --without-key restores all else`,
  },
  swap: {
    zh: ({ to, reason }) => `无法把恢复的数据放到 ${to}：${reason}；原有内容未改动`,
    en: ({ to, reason }) =>
      `what was restored could not be moved to ${to}: ${reason}; what is there was left as it was`,
  },
  'database-url-needed': {
    zh: () => '这是 PostgreSQL 的备份：请用 --database-url 指出一个空数据库',
    en: () => 'this is a backup of PostgreSQL: name an empty database by --database-url',
  },
  'database-url-unused': {
    zh: () => '这是内嵌数据库的备份，而配置指向 PostgreSQL：请去掉 DATABASE_URL 与 --database-url',
    en: () =>
      'this is a backup of the embedded database, but PostgreSQL is configured: drop DATABASE_URL and --database-url',
  },
  'database-not-empty': {
    zh: ({ tables }) => `目标数据库不是空的：已有 ${tables} 张表`,
    en: ({ tables }) => `the database is not empty: it has ${tables} tables`,
  },
  'client-missing': {
    zh: ({ program, major }) => `找不到 ${program} ${major} 或更新版本：请安装 postgresql-client-${major}`,
    en: ({ program, major }) =>
      `no ${program} of version ${major} or later here: install postgresql-client-${major}`,
  },
  'client-failed': {
    zh: ({ program, reason }) => `${program} 失败：${reason}`,
    en: ({ program, reason }) => `${program} failed: ${reason}`,
  },
} satisfies Record<string, Texts>

export type ProblemCode = keyof typeof problems

export class BackupProblem extends Error {
  readonly code: ProblemCode
  readonly #values: Values

  constructor(code: ProblemCode, values: Values = {}, options?: ErrorOptions) {
    super((problems[code] as Texts).en(values), options)
    this.code = code
    this.#values = values
  }

  in(language: CliLanguage): string {
    return (problems[this.code] as Texts)[language](this.#values)
  }
}
