import { expect, it } from 'vitest'
import { placed } from './pictures.ts'

const li = { id: 'li', name: '李' }
const wang = { id: 'wang', name: '王' }
const minuteMs = 60_000
const said = [
  { id: 'first', at: 0, author: li, visibility: 'public' },
  { id: 'aside', at: 4 * minuteMs, author: wang, visibility: 'internal' },
  { id: 'later', at: 8 * minuteMs, author: li, visibility: 'public' },
] as const
const picture = { id: 'p', entryId: null, visibility: 'public', uploadedBy: li, createdAt: 0 } as const

it.each([
  ['right after', { createdAt: minuteMs }, 'first'],
  ['right before', { createdAt: 7 * minuteMs }, 'later'],
  ['long after', { createdAt: 60 * minuteMs }, 'alone'],
  ['by another', { uploadedBy: wang, createdAt: 8 * minuteMs }, 'alone'],
  ['among colleagues', { uploadedBy: wang, visibility: 'internal' as const }, 'aside'],
  ['with the entry it names', { entryId: 'aside', createdAt: 90 * minuteMs }, 'aside'],
  ['by nobody known', { uploadedBy: null }, 'alone'],
])('a picture %s', (_, change, where) => {
  const { by, alone } = placed([{ ...picture, ...change }], said)
  expect([...by.keys(), ...alone.map(() => 'alone')]).toEqual([where])
})
