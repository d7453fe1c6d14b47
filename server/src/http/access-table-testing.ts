import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { roles, type Role } from '../identity/roles.ts'

const file = fileURLToPath(new URL('access-table.txt', import.meta.url))

/** What each role may, by route or event. */
export type AccessTable = Map<string, Record<Role, string>>

const head = `\
Who may do what, where. Somebody of 石家庄市 (130100) asks about, or is told of, what belongs to
  o  own      130100 石家庄市        s  sibling  130200 唐山市
  c  child    130123 正定县          x  other    130224 滦南县, of 唐山市
  p  parent   130000 河北省          -  nothing
all: what is the installation's; top: that, but only for a role at 130000; self: one's own account; public: without sign-in.
Tickets and jobs are somebody else's: what one reported or started oneself is seen besides.
Compared with what the server does by access.test.ts, which writes it anew with UPDATE_ACCESS_TABLE=1: for review, line by line.
`

export function readTable(): AccessTable {
  const lines = readFileSync(file, 'utf8').split('\n')
  const start = lines.findIndex((line) => line.startsWith('|'))
  const rows = lines.slice(start + 2).filter((line) => line.startsWith('|')).map(cellsOf) // prettier-ignore
  const named = cellsOf(lines[start]!).slice(1) as Role[]
  return new Map(
    rows.map(([name, ...cells]) => [
      name!,
      Object.fromEntries(named.map((role, i) => [role, cells[i]!])) as Record<Role, string>,
    ]),
  )
}

export function writeTable(table: AccessTable): void {
  const rows = [...table].sort(byPath).map(([name, cells]) => [name, ...roles.map((role) => cells[role])])
  const all = [['', ...roles], ...rows]
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)))
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  const [names, ...body] = all.map(line)
  writeFileSync(file, [head, names, rule, ...body, ''].join('\n'))
}

/** Routes by address, then method; then events. */
const byPath = ([a]: [string, unknown], [b]: [string, unknown]) => (keyOf(a) < keyOf(b) ? -1 : 1)
const keyOf = (name: string) => {
  const [first, rest] = name.split(' ') as [string, string]
  return first === 'socket' ? `~${rest}` : `${rest} ${first}`
}

const cellsOf = (line: string) => line.split('|').slice(1, -1).map((cell) => cell.trim()) // prettier-ignore
