import { describe, expect, it } from 'vitest'
import { officers, permissionsOf, roles, rolesAgree, type Role } from './roles.ts'

describe('the three officers', () => {
  const cases: [Role[], boolean][] = [
    [['network-admin', 'manager'], true],
    [['agent'], true],
    [[], true],
    [['system-admin'], true],
    [['system-admin', 'system-admin'], true],
    [['system-admin', 'audit-admin'], false],
    [['security-admin', 'viewer'], false],
  ]
  it.each(cases)('%j may be held together: %s', (held, allowed) => {
    expect(rolesAgree(held)).toBe(allowed)
  })

  it.each(officers)('%s holds no business permission', (officer) => {
    const business = permissionsOf[officer].filter(
      (permission) => !/^(identity|audit|uplink)\./.test(permission),
    )
    expect(business).toEqual([])
  })

  it.each(roles.filter((role) => role !== 'audit-admin'))('%s does not read the audit trail', (role) => {
    expect(permissionsOf[role]).not.toContain('audit.read')
  })
})
