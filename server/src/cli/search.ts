import { Failure } from './failure.ts'
import { withInstallation, type Place } from './installation.ts'
import { cliLanguage } from './language.ts'

/** `zongheng search rebuild` */
export async function search([word]: string[], { json, ...place }: Place & { json: boolean }): Promise<void> {
  if (word !== 'rebuild') throw new Failure('zongheng search rebuild', 2)
  const items = await withInstallation(place, ({ search }) => search.rebuild())
  if (json) return console.log(JSON.stringify({ items }))
  for (const { kind, put, removed } of items) console.log(words[cliLanguage()](kind, put, removed))
}

const words = {
  zh: (kind: string, put: number, removed: number) => `${kind}：重建 ${put} 条，清除 ${removed} 条`,
  en: (kind: string, put: number, removed: number) => `${kind}: ${put} put, ${removed} removed`,
}
