import { describe, expect, it } from 'vitest'
import { landing, moduleAt } from './modules.ts'

describe('where the console starts', () => {
  it.each<[string, string[], string | null]>([
    ['an engineer', ['identity.read', 'estate.read', 'alarms.read'], '/'],
    ['a reporter', ['estate.read', 'desk.read', 'desk.report'], '/portal'],
    ['an agent', ['estate.read', 'relations.read', 'desk.report', 'desk.write'], '/'],
    ['the system officer', ['identity.read', 'identity.write', 'uplink.read'], '/users'],
    ['the security officer', ['identity.read', 'identity.grant', 'identity.policy'], '/access'],
    ['someone with the directory alone', ['identity.read'], '/users'],
    ['whoever sees sums alone', ['state.aggregate'], '/summary'],
    ['someone without a grant', [], null],
  ])('for %s', (_, permissions, path) => expect(landing((one) => permissions.includes(one))).toBe(path))
})

describe('the module of an address', () => {
  it.each([
    ['/', 'overview'],
    ['/links/lnk_1', 'links'],
    ['/users/usr_1', 'users'],
    ['/teams', 'users'],
    ['/usersome', undefined],
    ['/account', undefined],
  ])('%s', (path, id) => expect(moduleAt(path)?.id).toBe(id))
})
