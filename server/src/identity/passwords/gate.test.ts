import { expect, it } from 'vitest'
import { Gate } from './gate.ts'

it('lets so many through at once, in order, and turns away whom it cannot keep waiting', async () => {
  const gate = new Gate(2, 3)
  const started: number[] = []
  const doors = Array.from({ length: 6 }, () => Promise.withResolvers<void>())
  const passing = doors.map(({ promise }, i) =>
    gate.pass(() => {
      started.push(i)
      return promise
    }),
  )
  await expect(passing[5]).rejects.toMatchObject({ status: 503, code: 'busy' })
  expect(started).toEqual([0, 1])
  doors[1]!.resolve()
  await passing[1]
  doors[0]!.reject(new Error('failed'))
  await expect(passing[0]).rejects.toThrow('failed')
  for (const { resolve } of doors) resolve()
  await Promise.all(passing.slice(1, 5))
  expect(started).toEqual([0, 1, 2, 3, 4])
  await gate.pass(() => Promise.resolve())
})
