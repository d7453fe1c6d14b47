import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'

/** An article that comes with the product. `key`: its file name, by which an upgrade knows it again. */
export interface LibraryArticle {
  key: string
  title: string
  category: Category
  summary: string
  tags: string[]
  families: string[]
  mustRead: boolean
  /** Markdown. */
  body: string
}

export const categories = [
  'network',
  'line',
  'power',
  'software',
  'office',
  'security',
  'regulation',
  'plan',
] as const
export type Category = (typeof categories)[number]

const folder = new URL('../../library/', import.meta.url)

/** By file name. Throws for a file that does not say what an article needs. */
export async function readLibrary(from: URL = folder): Promise<LibraryArticle[]> {
  const files = (await readdir(from)).filter((name) => name.endsWith('.md')).sort()
  return Promise.all(
    files.map(async (name) => parseArticle(name, await readFile(new URL(name, from), 'utf8'))),
  )
}

/** Front matter of `name: value` lines between two lines of `---`, then Markdown. Lists are parted by commas. */
export function parseArticle(file: string, text: string): LibraryArticle {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
  if (head === undefined || body === undefined) throw new Error(`${file}: no front matter`)
  const fields = new Map(head.split('\n').map((line) => parted(file, line)))
  const needed = (name: string) => fields.get(name) || fail(`${file}: no ${name}`)
  const list = (name: string) => (fields.get(name) ?? '').split(/[,，]\s*/).filter(Boolean)
  const category = categories.find((each) => each === needed('category')) ?? fail(`${file}: unknown category`)
  return {
    key: basename(file, '.md'),
    title: needed('title'),
    category,
    summary: needed('summary'),
    tags: list('tags'),
    families: list('families'),
    mustRead: fields.get('mustRead') === 'yes',
    body: body.trim(),
  }
}

function parted(file: string, line: string): [string, string] {
  const [, name, value] = /^(\w+):\s*(.*)$/.exec(line) ?? fail(`${file}: what is “${line}”?`)
  return [name!, value!.trim()]
}

function fail(message: string): never {
  throw new Error(message)
}
