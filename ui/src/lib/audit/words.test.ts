import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { hasKey } from '../i18n/render.ts'

const server = fileURLToPath(new URL('../../../../server/src', import.meta.url))
const named = /\baction: [^\n]*?'([a-z]+\.[a-z]+(?:-[a-z]+)*)'(?:[^\n]*?: '([a-z]+\.[a-z]+(?:-[a-z]+)*)')?/g

it('every action that the server records has words', () => {
  const files = globSync('**/*.ts', { cwd: server }).filter((file) => !file.endsWith('.test.ts'))
  const sources = files.map((file) => readFileSync(`${server}/${file}`, 'utf8'))
  const actions = sources.flatMap((source) => [...source.matchAll(named)].flatMap(([, ...found]) => found))
  const recorded = new Set(actions.filter((action) => action !== undefined))
  expect(recorded.size).toBeGreaterThan(30)
  expect([...recorded].filter((action) => !hasKey(`audit.action.${action}`))).toEqual([])
})
