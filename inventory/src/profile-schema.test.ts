import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { profileFolder, profileTexts } from './profile-library.ts'
import { parseProfile } from './profile-parse.ts'
import { writtenProfile } from './profile-schema.ts'

const file = join(profileFolder, 'profile.schema.json')
if (process.env.UPDATE_PROFILE_SCHEMA) writeFileSync(file, `${JSON.stringify(writtenProfile, null, 2)}\n`)
const published = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>

describe('the published schema', () => {
  const schema = Compile(published)

  it('is what the parser checks (UPDATE_PROFILE_SCHEMA=1 writes it anew)', () => {
    expect(published).toEqual(writtenProfile)
  })

  it.each([...profileTexts()])('holds for %s', (_, text) => {
    expect(schema.Errors(parse(text, { merge: true }))).toEqual([])
  })

  it.each([
    ['a key that is none', 'name: test\ncolour: red'],
    ['no name', 'vendor: test'],
    ['a model by something that is no OID', 'name: test\nmodels: { AR1220: AR1220 }'],
    ['an unknown class', 'name: test\nsensors: [{ key: a1, class: smell, column: 1.3.6 }]'],
  ])('refuses, as the parser does: %s', (_, text) => {
    expect(schema.Check(parse(text))).toBe(false)
    expect(() => parseProfile(text, 'test.yaml')).toThrow(/test\.yaml/)
  })
})
