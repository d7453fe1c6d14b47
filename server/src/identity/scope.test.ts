import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { inScope, inSubtree, isInScope } from './scope.ts'
import { covers, viewerFor, viewerOf, type ViewerGrant } from './viewer.ts'
import type { Role } from './roles.ts'

let t: TestApp
let paths: Map<string, string>
beforeAll(async () => {
  t = await testApp()
  const regions = await t.services.identity.allRegions()
  paths = new Map(regions.map((region) => [region.code, region.path]))
})
afterAll(() => t.close())

const grant = (role: Role, code: string): ViewerGrant => ({
  role,
  regionId: t.regions.get(code)!,
  regionPath: paths.get(code)!,
})
const viewer = (...grants: [Role, string][]) =>
  viewerOf(
    { userId: 'u', sessionId: 's', username: 'u', displayName: 'u' },
    grants.map(([role, code]) => grant(role, code)),
  )
async function codes(query: ReturnType<typeof inScope>): Promise<string[]> {
  const rows = await t.context.db.selectFrom('regions').select('code').where('id', 'in', query).execute()
  return rows.map((row) => row.code).sort()
}

describe('what a viewer sees', () => {
  const everything = ['130000', '130100', '130109', '130123', '130200', '130224']
  const cases: [string, [Role, string][], string[]][] = [
    ['the province', [['manager', '130000']], everything],
    ['a city', [['engineer', '130100']], ['130100', '130109', '130123']],
    ['a county', [['requester', '130123']], ['130123']],
    ['two counties', [['viewer', '130123'], ['viewer', '130224']], ['130123', '130224']], // prettier-ignore
    ['a county within a city it also sees', [['agent', '130123'], ['viewer', '130100']], ['130100', '130109', '130123']], // prettier-ignore
    ['nothing without a grant', [], []],
  ]
  it.each(cases)('%s', async (_, grants, expected) => {
    const someone = viewer(...grants)
    const listed = t.context.db.selectFrom('regions').select('regions.id')
    expect(await codes(listed.where(isInScope('regions.id', someone, t.context.db)))).toEqual(expected)
    expect(await codes(inScope(someone, t.context.db))).toEqual(expected)
    expect([...paths].filter(([, path]) => covers(someone, path)).map(([code]) => code).sort()).toEqual(expected) // prettier-ignore
  })
})

it('many whole cities are the same by a table read from end to end', async () => {
  const cities = [...paths].filter(([code]) => code === '130100' || code === '130200').map(([, path]) => path)
  const someone = { regionPaths: [...cities, '/reg_x/reg_a/', '/reg_x/reg_b/'] }
  const listed = t.context.db.selectFrom('regions').select('regions.id')
  const expected = ['130100', '130109', '130123', '130200', '130224']
  expect(await codes(listed.where(isInScope('regions.id', someone, t.context.db)))).toEqual(expected)
})

it('a role in one county gives nothing in the next', async () => {
  const someone = viewer(['engineer', '130123'], ['viewer', '130200'])
  expect(await codes(inScope(viewerFor(someone, 'desk.write'), t.context.db))).toEqual(['130123'])
  expect(await codes(inScope(viewerFor(someone, 'estate.read'), t.context.db))).toEqual(['130123', '130200', '130224']) // prettier-ignore
})

it.each([
  ['130100', ['130100', '130109', '130123']],
  ['130224', ['130224']],
])('the subtree of %s', async (code, expected) => {
  expect(await codes(inSubtree(t.regions.get(code)!, t.context.db))).toEqual(expected)
})

it.each(['%', '_', '', "' or 1=1 --", 'reg_%'])('no subtree of %j', async (id) => {
  expect(await codes(inSubtree(id, t.context.db))).toEqual([])
})
