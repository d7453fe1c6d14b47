import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a room may import of others. `types`: leaves no trace when it runs. */
interface Doors {
  [room: string]: { to: RegExp; types?: true }[]
}
const doors: Doors = {
  inventory: [],
  playbooks: [{ to: /^inventory\// }],
  collector: [{ to: /^playbooks\// }, { to: /^inventory\// }],
  server: [
    { to: /^collector\/contract\.ts$/ },
    { to: /^playbooks\/(library|plan|platforms|playbook)\.ts$/ },
    { to: /^inventory\// },
  ],
  ui: [{ to: /^server\/api\.ts$/, types: true }, { to: /^inventory\// }],
}

interface Import {
  from: string
  /** `room/file` for another room's, a path from the root for one's own. */
  to: string
  isType: boolean
}

const statement = /^\s*(?:import|export)\s(type\s)?[^'";]*?\bfrom\s+'([^']+)'|\bimport\(?\s*'([^']+)'/gm

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(statement)].map(([, type, named, bare]) => ({
    from: file,
    to: targetOf(file, named ?? bare!),
    isType: type !== undefined,
  }))
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('@zongheng/')) return specifier.slice('@zongheng/'.length)
  if (!specifier.startsWith('.')) return `package:${specifier}`
  return relative(root, join(root, dirname(file), specifier))
}

const roomOf = (path: string) => path.split('/')[0]!
const isBuilt = (path: string) => /(^|\/)(node_modules|build|\.svelte-kit)(\/|$)/.test(path)
const filesOf = (room: string) =>
  globSync(`${room}/**/*.{ts,svelte,mjs,js}`, { cwd: root, exclude: isBuilt }).filter(
    (file) => !isBuilt(file),
  )

const told = ({ from, to }: Import) => `${from} imports ${to}`

describe('imports run one way', () => {
  it.each(Object.keys(doors))('%s imports only what it may', (room) => {
    const files = filesOf(room)
    expect(files).not.toEqual([])
    const wrong = files
      .flatMap(importsOf)
      .filter(({ to }) => !to.startsWith('package:') && roomOf(to) !== room)
      .filter(({ to, isType }) => !doors[room]!.some((door) => door.to.test(to) && (isType || !door.types)))
    expect(wrong.map(told)).toEqual([])
  })

  it('no module of the server touches the tables of another', () => {
    const moduleOf = (path: string) => /^server\/src\/([^/]+)\/(?:.+\/)?[^/]+$/.exec(path)?.[1]
    const isStore = (path: string) => /\/([^/]+-)?store(-write)?\.ts$/.test(path)
    const wrong = filesOf('server/src')
      .filter((file) => !/(\.test|testing)\.ts$|\/fixtures\//.test(file) && moduleOf(file) !== undefined)
      .flatMap(importsOf)
      .filter(({ from, to }) => isStore(to) && moduleOf(to) !== moduleOf(from))
    expect(wrong.map(told)).toEqual([])
  })
})
