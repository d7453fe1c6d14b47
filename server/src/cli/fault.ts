import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { faultKinds, faultTargets, type FaultKind } from '@zongheng/inventory/demo/faults.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import type { Device, Fault, Link, Site } from '../api.ts'
import { ApiClient } from './api-client.ts'
import { demoFolderPrefix, readDemoState } from './demo.ts'
import { Failure } from './failure.ts'
import { aligned } from './language.ts'

export interface FaultOptions {
  url?: string
  data?: string
  json: boolean
}

/** `zongheng demo fault list | add KIND TARGET | remove ID`, over the API of the running demo. */
export async function fault(words: string[], options: FaultOptions): Promise<void> {
  const [action = 'list', ...rest] = words
  const api = await signedIn(options)
  if (action === 'list') return show(await api.get<{ items: Fault[] }>('/demo/faults'), options.json)
  if (action === 'add')
    return show({ items: [await add(api, rest[0], rest.slice(1).join(' '))] }, options.json)
  if (action === 'remove' && rest[0])
    return void (await api.delete(`/demo/faults/${encodeURIComponent(rest[0])}`))
  throw new Failure('zongheng demo fault list | add KIND TARGET | remove ID', 2)
}

async function signedIn({ url, data }: FaultOptions): Promise<ApiClient> {
  const folders = data ? [resolve(data)] : demoFolders()
  const states = folders.map(readDemoState).filter((state) => state !== undefined)
  const state = url ? states.find((known) => known.url === new URL(url).origin) : states[0]
  if (!state)
    throw new Failure(
      '没有找到正在运行的演示，请用 --data 指明数据目录 (no running demo found: name its folder with --data)',
    )
  return ApiClient.signIn(url ?? state.url, state.username, state.password)
}

/** Folders of demos without --data, the newest first. */
function demoFolders(): string[] {
  const prefix = demoFolderPrefix()
  const parent = dirname(prefix)
  const names = readdirSync(parent).filter((name) => name.startsWith(basename(prefix)))
  const folders = names.map((name) => join(parent, name))
  return folders.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
}

async function add(api: ApiClient, kind: string | undefined, target: string): Promise<Fault> {
  if (!faultKinds.includes(kind as FaultKind) || !target) {
    throw new Failure(`zongheng demo fault add ${faultKinds.join('|')} TARGET`, 2)
  }
  const id = kindOfId(target) ? target : await idOf(api, faultTargets[kind as FaultKind], target)
  return api.post<Fault>('/demo/faults', { kind, target: id })
}

/** By circuit number, device name or site name; it must be the only one. */
async function idOf(api: ApiClient, type: 'circuit' | 'device' | 'site', name: string): Promise<string> {
  const found = (await candidates[type](api, name)).filter((candidate) => candidate.name === name)
  if (found.length === 1) return found[0]!.id
  throw new Failure(
    found.length === 0
      ? `没有找到 ${type} ${name} (no such ${type})`
      : `${name} 不唯一，请用编号 (not unique: use the id)`,
  )
}

type Named = { id: string; name: string }
const candidates: Record<'circuit' | 'device' | 'site', (api: ApiClient, name: string) => Promise<Named[]>> =
  {
    circuit: async (api) => {
      const links = await api.all<Link>('/links')
      return links.flatMap((link) => link.circuits.map(({ id, number }) => ({ id, name: number })))
    },
    device: (api, name) => api.all<Device>(`/devices?q=${encodeURIComponent(name)}`),
    site: (api, name) => api.all<Site>(`/sites?q=${encodeURIComponent(name)}`),
  }

function show({ items }: { items: Fault[] }, json: boolean): void {
  if (json) return console.log(JSON.stringify(items))
  const rows = items.map(({ id, kind, target, startedAt }) => [
    id,
    kind,
    target.name,
    new Date(startedAt).toLocaleString(),
  ])
  console.log(aligned(rows).join('\n'))
}
