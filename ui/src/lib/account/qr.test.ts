import { generate } from 'lean-qr/nano'
import { expect, it } from 'vitest'
import { inGroups, pathOf } from './qr.ts'

it('draws a square for each run of dark modules, and nothing else', () => {
  const rows = ['##.', '..#', '...']
  const bitmap = { size: 3, get: (x: number, y: number) => rows[y]?.[x] === '#' }
  expect(pathOf(bitmap)).toBe('M0 0h2v1h-2zM2 1h1v1h-1z')
})

it('draws as many modules as the code has', () => {
  const code = generate('otpauth://totp/x?secret=JBSWY3DPEHPK3PXP')
  const { size } = code
  const cells = Array.from({ length: size * size }, (_, i) => code.get(i % size, Math.floor(i / size)))
  const drawn = [...pathOf(code).matchAll(/h(\d+)v1/g)].reduce((sum, [, run]) => sum + Number(run), 0)
  expect(drawn).toBe(cells.filter(Boolean).length)
})

it('writes a secret in groups', () => expect(inGroups('JBSWY3DPEHPK3PXPQ')).toBe('JBSW Y3DP EHPK 3PXP Q'))
