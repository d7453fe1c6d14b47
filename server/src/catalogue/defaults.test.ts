import { faultsOfForm } from '@zongheng/inventory/form.ts'
import { describe, expect, it } from 'vitest'
import { isSound } from '../tasks/order.ts'
import { defaultItems } from './defaults.ts'

describe('what is offered from the first day', () => {
  it.each(defaultItems.map((item) => [item.name, item] as const))('%s is sound', (_name, item) => {
    expect(faultsOfForm(item.form)).toEqual([])
    expect(isSound(item.tasks)).toBe(true)
  })
})
