import { expect, it } from 'vitest'
import { fitting } from './shrink.ts'

it.each([
  ['a small one stays as it is', 800, 600, [800, 600]],
  ['a photo of a phone is made smaller', 4096, 3072, [2048, 1536]],
  ['upright as well', 3072, 4096, [1536, 2048]],
  ['a strip keeps a pixel', 10_000, 1, [2048, 1]],
])('%s', (_what, width, height, expected) => expect(fitting(width, height)).toEqual(expected))
