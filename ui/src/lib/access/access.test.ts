import type { Right, Role } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { dayOf, endOfDay, tomorrow } from '../days.ts'
import { refusalOf } from './refusal.ts'
import { byModule, permissionsOfAll, reasonsFor } from './rights.ts'

const ref = (id: string) => ({ id, name: id })
const grant = (role: Role, region = 'reg_1', team: string | null = null) => ({
  role,
  region: ref(region),
  user: team ? null : ref('usr_1'),
  team: team ? ref(team) : null,
})
const wish = { regionId: 'reg_1', toTeam: false, toSelf: false }

describe('a grant is refused beforehand', () => {
  it.each([
    ['to oneself', { ...wish, role: 'agent', toSelf: true, grants: [] }, { why: 'self' }],
    [
      'an office to a team',
      { ...wish, role: 'audit-admin', toTeam: true, grants: [] },
      { why: 'officerTeam' },
    ],
    [
      'a business role to an officer',
      { ...wish, role: 'agent', grants: [grant('audit-admin')] },
      { why: 'officerHeld', held: ['audit-admin'] },
    ],
    [
      'an office to another officer',
      { ...wish, role: 'system-admin', grants: [grant('audit-admin')] },
      { why: 'officerHeld', held: ['audit-admin'] },
    ],
    [
      'an office beside a role that a team gives',
      { ...wish, role: 'system-admin', grants: [grant('agent', 'reg_2', 'tem_1')] },
      { why: 'officerNew', held: ['agent'] },
    ],
    ['the same twice', { ...wish, role: 'agent', grants: [grant('agent')] }, { why: 'already' }],
  ] as const)('%s', (_, wanted, refusal) => expect(refusalOf(wanted)).toEqual(refusal))

  it.each([
    ['another region', { ...wish, role: 'agent', grants: [grant('agent', 'reg_2')] }],
    ['what a team gives already', { ...wish, role: 'agent', grants: [grant('agent', 'reg_1', 'tem_1')] }],
    ['the same office elsewhere', { ...wish, role: 'audit-admin', grants: [grant('audit-admin', 'reg_2')] }],
  ] as const)('but not for %s', (_, wanted) => expect(refusalOf(wanted)).toBeNull())
})

describe('days', () => {
  it('end at midnight in China', () =>
    expect(new Date(endOfDay('2027-01-31')).toISOString()).toBe('2027-01-31T15:59:59.999Z'))
  it('are the ones in China', () => {
    expect(dayOf(Date.UTC(2026, 10, 22, 16))).toBe('2026-11-23')
    expect(tomorrow(Date.UTC(2026, 11, 31, 10))).toBe('2027-01-01')
  })
})

describe('permissions', () => {
  const roles = [
    { role: 'agent', isOfficer: false, permissions: ['estate.read', 'desk.write'] as const },
    { role: 'viewer', isOfficer: false, permissions: ['estate.read'] as const },
  ].map((role) => ({ ...role, permissions: [...role.permissions] }))
  const via = (role: Role) => ({ grantId: role, role, region: ref('r'), team: null, expiresAt: null })
  const right: Right = { user: ref('u'), via: [via('viewer'), via('agent')], permissions: [] }

  it('are grouped by module', () =>
    expect(byModule(['estate.read', 'desk.write', 'estate.write'])).toEqual([
      ['estate', ['estate.read', 'estate.write']],
      ['desk', ['desk.write']],
    ]))
  it('of all roles are named once', () =>
    expect(permissionsOfAll(roles)).toEqual(['estate.read', 'desk.write']))
  it.each([
    ['desk.write', ['agent']],
    ['estate.read', ['viewer', 'agent']],
    [null, ['viewer', 'agent']],
  ] as const)('%s comes from', (permission, from) =>
    expect(reasonsFor(right, permission, roles).map(({ role }) => role)).toEqual(from),
  )
})
