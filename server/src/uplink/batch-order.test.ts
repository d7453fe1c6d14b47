import { describe, expect, it } from 'vitest'
import { BatchOrder } from './batch-order.ts'

const samples = (seq: number) => ({ lane: 'samples' as const, seq })

describe('batches of one connection', () => {
  it('wait behind one that was not committed, until it was', () => {
    const order = new BatchOrder()
    expect(order.mustWait(samples(9))).toBe(false)
    order.failed(samples(4))
    expect([3, 4, 5, 6].map((seq) => order.mustWait(samples(seq)))).toEqual([false, false, true, true])
    order.committed(samples(3))
    expect(order.mustWait(samples(5))).toBe(true)
    order.committed(samples(4))
    expect(order.mustWait(samples(5))).toBe(false)
  })

  it('of other lanes do not', () => {
    const order = new BatchOrder()
    order.failed(samples(4))
    expect(order.mustWait({ lane: 'facts', seq: 5 })).toBe(false)
  })
})
