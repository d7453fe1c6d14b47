import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { serverMajor } from '../backup/postgres.ts'
import { findingsIn } from '../backup/sqlite.ts'
import { migrationNames } from '../db/migrate.ts'
import { storeOf } from '../series/stores/address.ts'
import type { Check } from './examine.ts'
import { error, ok, type Sight } from './finding.ts'
import { sqliteFile, type Patient } from './patient.ts'

export const databaseChecks: readonly Check[] = [
  { id: 'database', look: database },
  { id: 'migration', look: migration },
  { id: 'series', look: series },
]

const oldestPostgres = 15

async function database(patient: Patient): Promise<Sight> {
  const { config, db, dbProblem, full } = patient
  const file = sqliteFile(config)
  if (file === undefined) return postgres(patient)
  if (!existsSync(file))
    return error(
      [`没有数据库 ${file}`, `there is no database ${file}`],
      [
        '首次启动会建立它；若曾经有过，请用 zongheng restore 恢复备份',
        'the first start makes it; if there was one, zongheng restore',
      ],
    )
  if (dbProblem !== null || !db) return damaged('zongheng.db', dbProblem ?? '')
  const [found] = findingsIn(file, { full: full || isQuick(file) })
  return found === undefined ? ok('数据库完好', 'the database is sound') : damaged('zongheng.db', found)
}

/** A larger one is looked through when asked for: that reads all of it. */
const isQuick = (file: string) => statSync(file).size < 256 * 1024 * 1024

const damaged = (name: string, reason: string): Sight =>
  error(
    [`${name} 已损坏：${reason}`, `${name} is damaged: ${reason}`],
    [
      '停止服务，用 zongheng restore 恢复最近的备份；保留损坏的文件',
      'stop the server and zongheng restore the last backup; keep the damaged file',
    ],
  )

async function postgres({ db, dbProblem }: Patient): Promise<Sight> {
  if (!db)
    return error(
      [`连不上 PostgreSQL：${dbProblem}`, `PostgreSQL cannot be reached: ${dbProblem}`],
      ['检查 databaseUrl、数据库服务和网络', 'look at databaseUrl, the database service and the network'],
    )
  const major = await serverMajor(db)
  if (major >= oldestPostgres) return ok(`PostgreSQL ${major}`, `PostgreSQL ${major}`)
  return error(
    [`PostgreSQL ${major} 太旧`, `PostgreSQL ${major} is too old`],
    [`升级到 ${oldestPostgres} 或更新`, `upgrade it to ${oldestPostgres} or later`],
  )
}

function migration({ db, migration }: Patient): Sight[] {
  if (!db) return []
  if (migration === migrationNames.at(-1))
    return [ok(`数据库结构 ${migration}`, `the schema is ${migration}`)]
  if (migration !== null && migrationNames.includes(migration))
    return [
      error(
        [`数据库结构较旧（${migration}）`, `the schema is older (${migration})`],
        ['先备份，再启动服务：启动时自动升级', 'back up, then start the server: it migrates at its start'],
      ),
    ]
  return [
    error(
      [`数据库来自更新的版本（${migration}）`, `the database is of a newer version (${migration})`],
      [
        '安装更新的版本，或恢复升级前的备份',
        'install the newer version, or restore the backup from before it',
      ],
    ),
  ]
}

function series({ config: { dataDir, seriesUrl }, full }: Patient): Sight | Sight[] {
  if (storeOf(seriesUrl).kind !== 'embedded') return []
  const file = join(dataDir, 'series.db')
  if (!existsSync(file))
    return error(
      ['没有时序数据 series.db', 'there is no series.db'],
      [
        '首次启动会建立它；若曾经有过，请恢复备份',
        'the first start makes it; if there was one, restore a backup',
      ],
    )
  const [found] = findingsIn(file, { full: full || isQuick(file) })
  return found === undefined ? ok('时序数据完好', 'the series are sound') : damaged('series.db', found)
}
