import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadSecretBox, SecretBox } from './secret-box.ts'

const credential = { version: '2c', community: '团体字' }

it('opens what it sealed, and seals nothing twice the same', () => {
  const box = new SecretBox(randomBytes(32))
  const sealed = box.seal(credential)
  expect(box.open(sealed)).toEqual(credential)
  expect(box.seal(credential)).not.toBe(sealed)
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('2c')
})

it.each([
  [
    'of another installation',
    (box: SecretBox) => [new SecretBox(randomBytes(32)), box.seal(credential)] as const,
  ],
  ['that was changed', (box: SecretBox) => [box, flipped(box.seal(credential))] as const],
  ['that was cut short', (box: SecretBox) => [box, box.seal(credential).slice(0, 20)] as const],
])('does not open a secret %s', (_, make) => {
  const [box, sealed] = make(new SecretBox(randomBytes(32)))
  expect(() => box.open(sealed)).toThrow()
})

it('keeps its key in a file of its owner’s alone, made once', () => {
  const dir = mkdtempSync(join(tmpdir(), 'zongheng-key-'))
  const file = join(dir, 'new', 'secret.key')
  const sealed = loadSecretBox('', file).seal(credential)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(loadSecretBox('', file).open(sealed)).toEqual(credential)
  rmSync(dir, { recursive: true })
})

function flipped(sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  bytes[bytes.length - 1]! ^= 1
  return bytes.toString('base64')
}
