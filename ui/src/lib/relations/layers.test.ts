import { expect, it } from 'vitest'
import { layoutOf } from './layers.ts'

it('puts each layer into a column, in the order of who leads there', () => {
  const nodes = [
    { key: 'a', depth: 0 },
    { key: 'b', depth: 1 },
    { key: 'c', depth: 1 },
    { key: 'd', depth: 2 },
    { key: 'e', depth: 2 },
  ]
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'c', to: 'd' },
    { from: 'b', to: 'e' },
    { from: 'b', to: 'gone' },
  ]
  const { placed, lines } = layoutOf(nodes, edges)
  expect(placed.map(({ node }) => node.key)).toEqual(['a', 'b', 'c', 'e', 'd'])
  expect(new Set(placed.map(({ x }) => x)).size).toBe(3)
  expect(lines).toHaveLength(4)
})

it('is empty without nodes', () => expect(layoutOf([], []).placed).toEqual([]))
