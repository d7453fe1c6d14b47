import type { Kysely } from 'kysely'
import { build, type Added } from '../build.ts'
import { indexWordsByBlock } from '../search-index.ts'

const added: Added[] = [
  // files
  ['files', 'scan_tries', 'int', 0],
  ['files', 'scan_due_at', 'int?'],
  // knowledge
  ['articles', 'review_told_at', 'int?'],
  ['article_versions', 'head', 'text?'],
  ['article_versions', 'revision', 'int', 1],
  // changes
  ['change_models', 'created_by', 'text?'],
  ['change_models', 'changed_by', 'text?'],
  ['changes', 'review_told_at', 'int?'],
]

export async function up(db: Kysely<never>): Promise<void> {
  await build(db, { tables: {}, added, uniques: {}, indexes: {} })
  await indexWordsByBlock(db)
}
