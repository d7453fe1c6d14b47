import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askedFields, checkAnswers, faultsOfForm, wordsOf, type Form, type FormField } from './form.ts'

const field = (more: Partial<FormField>): FormField => ({ key: 'a', type: 'text', label: '甲', ...more })
const codeOf = (one: FormField, given: unknown) => checkAnswers([one], { a: given }).errors[0]?.code
const site = 'sit_0123456789ab012345'

describe('an answer', () => {
  it.each<[Partial<FormField>, unknown, string | undefined]>([
    [{ required: true }, '  ', 'required'],
    [{ required: true }, undefined, 'required'],
    [{}, undefined, undefined],
    [{}, 7, 'type'],
    [{ max: 3 }, '四个字吧', 'max'],
    [{ min: 3 }, '两字', 'min'],
    [{}, 'x'.repeat(201), 'max'],
    [{ type: 'long-text' }, 'x'.repeat(4001), 'max'],
    [{ format: 'ipv4' }, '10.0.0.256', 'format'],
    [{ format: 'ipv4' }, '10.0.0.255', undefined],
    [{ format: 'mac' }, '00:1b:54:aa:bb:cc', undefined],
    [{ format: 'mac' }, '001b-54aa-bbcc', undefined],
    [{ format: 'mac' }, 'zz:1b:54:aa:bb:cc', 'format'],
    [{ format: 'email' }, 'a@b', 'format'],
    [{ format: 'email' }, 'a@b.cn', undefined],
    [{ pattern: 'ZC-9999' }, 'ZC-0012', undefined],
    [{ pattern: 'ZC-9999' }, 'ZC-001', 'format'],
    [{ pattern: '*A' }, '7网', undefined],
    [{ type: 'number', min: 1, max: 9 }, 0, 'min'],
    [{ type: 'number', min: 1, max: 9 }, 10, 'max'],
    [{ type: 'number' }, '7', 'type'],
    [{ type: 'number' }, NaN, 'type'],
    [{ type: 'money' }, 12.345, 'format'],
    [{ type: 'money' }, 12.34, undefined],
    [{ type: 'money' }, -1, 'min'],
    [{ type: 'date' }, '2026-02-30', 'type'],
    [{ type: 'date' }, '2028-02-29', undefined],
    [{ type: 'date-time' }, 1.5, 'type'],
    [{ type: 'date-time' }, 1_795_000_000_000, undefined],
    [{ type: 'choice', options: ['x'] }, 'y', 'option'],
    [{ type: 'choice', options: ['x'] }, 'x', undefined],
    [{ type: 'choices', options: ['x', 'y'] }, ['x', 'z'], 'option'],
    [{ type: 'choices', options: ['x', 'y'], min: 2 }, ['x', 'x'], 'min'],
    [{ type: 'choices', options: ['x'] }, 'x', 'type'],
    [{ type: 'phone' }, '0311-8888 1234', undefined],
    [{ type: 'phone' }, '12', 'format'],
    [{ type: 'site' }, site, undefined],
    [{ type: 'device' }, site, 'type'],
    [{ type: 'file' }, [site], 'type'],
    [{ type: 'rows', columns: [field({ key: 'n', type: 'number' })] }, [{ n: 'x' }], 'type'],
    [{ type: 'rows', columns: [field({ key: 'n' })], max: 1 }, [{ n: 'x' }, {}], 'max'],
    [{ type: 'rows', columns: [field({ key: 'n' })] }, [7], 'type'],
  ])('of %j, %j: %s', (more, given, code) => {
    expect(codeOf(field(more), given)).toBe(code)
  })

  it('that nobody asked for is named', () => {
    expect(checkAnswers([], { b: 1 }).errors).toEqual([{ path: '/b', label: 'b', code: 'unknown' }])
  })
  it('is complained of with its place and in words', () => {
    const form = [
      field({ type: 'rows', columns: [field({ key: 'n', label: '数量', type: 'number', min: 1 })] }),
    ]
    const [error] = checkAnswers(form, { a: [{ n: 1 }, { n: 0 }] }).errors
    expect(error).toMatchObject({ path: '/a/1/n', code: 'min', limit: 1 })
    expect(wordsOf(error!)).toEqual({ zh: '“数量”不能少于 1', en: '“数量” is at least 1' })
  })
})

describe('a condition', () => {
  const form: Form = [
    field({ key: 'a', type: 'choice', options: ['x', 'y'] }),
    field({ key: 'b', type: 'choice', options: ['p', 'q'], showWhen: { field: 'a', is: ['x'] } }),
    field({ key: 'c', required: true, showWhen: { field: 'b', is: ['p'] } }),
  ]
  it.each([
    [{}, ['a']],
    [{ a: 'y', b: 'p' }, ['a']],
    [{ a: 'x' }, ['a', 'b']],
    [{ a: 'x', b: 'p' }, ['a', 'b', 'c']],
  ])('%j asks %j', (answers, keys) => {
    expect(askedFields(form, answers).map(({ key }) => key)).toEqual(keys)
  })
  it('drops what was answered before it was no longer asked', () => {
    expect(checkAnswers(form, { a: 'y', b: 'p', c: 'z' })).toEqual({ answers: { a: 'y' }, errors: [] })
  })
})

describe('a form', () => {
  it.each<[string, Form]>([
    ['/1/key', [field({}), field({})]],
    ['/0/key', [field({ key: '__proto__' })]],
    ['/0/key', [field({ key: 'constructor' })]],
    ['/0/label', [field({ label: ' ' })]],
    ['/0/options', [field({ type: 'choice' })]],
    ['/0/options', [field({ type: 'choice', options: ['x', 'x'] })]],
    ['/0/max', [field({ min: 2, max: 1 })]],
    ['/0/columns', [field({ type: 'rows' })]],
    ['/0/columns/0/columns', [field({ type: 'rows', columns: [field({ type: 'rows' })] })]],
    ['/0/showWhen', [field({ showWhen: { field: 'a', is: ['x'] } })]],
    ['/0/showWhen', [field({ showWhen: { field: 'b', is: ['x'] } }), field({ key: 'b' })]],
  ])('is faulty at %s', (path, form) => {
    expect(faultsOfForm(form).map((fault) => fault.path)).toContain(path)
  })
})

it('takes whatever is sent: never throws, and what it accepted it accepts again', () => {
  const form: Form = [
    field({ key: 'a', type: 'choice', options: ['x', 'y'] }),
    field({ key: 'b', type: 'number', showWhen: { field: 'a', is: ['x'] } }),
    field({ key: 'c', type: 'rows', columns: [field({ key: 'n', type: 'money' })] }),
    field({ key: 'd', format: 'mac' }),
    field({ key: 'e', type: 'phone' }),
    field({ key: 'f', type: 'file' }),
  ]
  const anything = fc.oneof(fc.anything(), fc.constantFrom('x', 'y', 3, '13900000000', [{ n: 2 }]))
  const sent = fc.record(Object.fromEntries('abcdef'.split('').map((key) => [key, anything])), {
    requiredKeys: [],
  })
  fc.assert(
    fc.property(sent, (raw) => {
      const { answers } = checkAnswers(form, raw)
      expect(checkAnswers(form, answers)).toEqual({ answers, errors: [] })
    }),
    { numRuns: 500 },
  )
})
