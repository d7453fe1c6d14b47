import type { Region } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { regionRows } from './region-tree.ts'

const region = (code: string, parentId: string | null, managingParentId: string | null = null): Region => ({
  id: code,
  code,
  name: code,
  tier: 'county',
  parentId,
  managingParentId,
  path: '',
})
const tree = [
  region('130123', '130100'),
  region('130000', null),
  region('130200', '130000'),
  region('130100', '130000'),
  region('130181', '130100', '130000'),
]
const drawn = (regions: Region[]) => regionRows(regions).map(({ region, depth }) => `${depth} ${region.code}`)

describe('regions in a list', () => {
  it('stand under the one that manages them', () =>
    expect(drawn(tree)).toEqual(['0 130000', '1 130100', '2 130123', '1 130181', '1 130200']))
  it('begin anew where the manager is out of sight', () =>
    expect(drawn(tree.filter(({ id }) => id !== '130000'))).toEqual([
      '0 130100',
      '1 130123',
      '0 130181',
      '0 130200',
    ]))
})
