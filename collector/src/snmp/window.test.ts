import { describe, expect, it } from 'vitest'
import { Window } from './window.ts'

const bounds = { initial: 32, least: 8, most: 200 }

/** As many answers as the window is wide, each after so many losses. */
function turn(window: Window, lost: (at: number) => number, underWay = window.size): void {
  const { size } = window
  for (let at = 0; at < size; at++) window.answered(lost(at), underWay)
}

describe('the window over all devices', () => {
  it('widens while answers come, up to what the buffers hold', () => {
    const window = new Window({ ...bounds })
    turn(window, () => 0)
    expect(window.size).toBe(36)
    for (let i = 0; i < 30; i++) turn(window, () => 0)
    expect(window.size).toBe(bounds.most)
  })

  it.each([
    ['a single loss', (at: number) => Number(at === 3), 36],
    ['one loss in five', (at: number) => Number(at % 5 === 0), 22],
  ])('after %s', (_name, lost, size) => {
    const window = new Window({ ...bounds })
    turn(window, lost)
    expect(window.size).toBe(size)
  })

  it('never narrows below its least', () => {
    const window = new Window({ ...bounds })
    for (let i = 0; i < 30; i++) turn(window, () => 1)
    expect(window.size).toBe(bounds.least)
  })

  it('stays when it is not used', () => {
    const window = new Window({ ...bounds })
    turn(window, () => 0, 3)
    expect(window.size).toBe(bounds.initial)
  })

  it('is bound by the buffer that the kernel gave, however much was asked for', () => {
    const window = new Window({ ...bounds, most: Infinity })
    window.bound(20)
    expect(window.size).toBe(20)
    for (let i = 0; i < 10; i++) turn(window, () => 0)
    expect(window.size).toBe(20)
  })
})
