import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parsePlaybook, PlaybookError, type Playbook } from './playbook.ts'

const shipped = join(import.meta.dirname, '../library')

/** Every playbook of a folder by its name, which is its file's. Throws a PlaybookError. */
export async function loadLibrary(folder = shipped): Promise<ReadonlyMap<string, Playbook>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const playbooks = await Promise.all(files.map((file) => load(folder, file)))
  return new Map(playbooks.map((playbook) => [playbook.name, playbook]))
}

async function load(folder: string, file: string): Promise<Playbook> {
  const playbook = parsePlaybook(file, await readFile(join(folder, file), 'utf8'))
  if (playbook.name !== basename(file, '.yaml'))
    throw new PlaybookError(file, [
      { path: 'name', line: null, message: `is "${playbook.name}": name the file ${playbook.name}.yaml` },
    ])
  return playbook
}
