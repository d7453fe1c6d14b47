import type { Policy } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { hasKey } from '../i18n/render.ts'
import {
  changesOf,
  fieldHint,
  fields,
  fieldTitle,
  fieldUnit,
  isWithin,
  valueAt,
  withValue,
} from './fields.ts'
import {
  allFields,
  fieldHint as providerHint,
  fieldTitle as providerTitle,
  settingsOf,
  typedOf,
} from './provider-fields.ts'

const policy: Policy = {
  password: { minLength: 10, minKinds: 3, history: 5, maxAgeDays: 0 },
  lockout: { afterFailures: 5, minutes: 1 },
  session: { idleMinutes: 480, lifetimeHours: 168 },
  totpRoles: [],
  tokenMaxDays: 365,
  auditKeepDays: 365,
}

describe('the policy', () => {
  it('has a field for every number in it', () => {
    const numbers = (tree: object): number[] =>
      Object.values(tree).flatMap((value) =>
        typeof value === 'number' ? [value] : Array.isArray(value) ? [] : numbers(value as object),
      )
    expect(fields.map(({ path }) => valueAt(policy, path))).toEqual(
      expect.arrayContaining(numbers(policy).map(() => expect.any(Number))),
    )
    expect(fields).toHaveLength(numbers(policy).length)
  })
  it('is changed in one place, the rest as it was', () => {
    const after = withValue(policy, 'password.minLength', 12)
    expect(after).toEqual({ ...policy, password: { ...policy.password, minLength: 12 } })
    expect(policy.password.minLength).toBe(10)
    expect(changesOf(policy, after)).toEqual([
      { field: expect.objectContaining({ path: 'password.minLength' }), from: 10, to: 12 },
    ])
  })
  it.each([
    [183, true],
    [182, false],
    [3651, false],
    [200.5, false],
    [NaN, false],
  ])('keeps records for %s days: %s', (days, within) =>
    expect(
      isWithin(
        fields.find(({ path }) => path === 'auditKeepDays')!,
        days,
      ),
    ).toBe(within),
  )
  it('has words for every field', () =>
    expect(
      fields
        .flatMap((field) => [fieldTitle(field), fieldUnit(field), ...(field.hint ? [fieldHint(field)] : [])])
        .filter((key) => !hasKey(key)),
    ).toEqual([]))
})

describe.each(['ldap', 'oidc'] as const)('settings of %s', (kind) => {
  it('have words for every field', () =>
    expect(
      allFields(kind)
        .flatMap((field) => [providerTitle(field), ...(field.hint ? [providerHint(field)] : [])])
        .filter((key) => !hasKey(key)),
    ).toEqual([]))
  it('come back as they were', () => {
    const settings = settingsOf(kind, {
      ...typedOf(kind, null),
      url: 'ldaps://x',
      baseDn: 'dc=x',
      issuer: 'https://x',
      clientId: 'x',
    })
    expect(settingsOf(kind, typedOf(kind, settings))).toEqual(settings)
  })
})

it('scopes are a list, and what is empty is left out', () =>
  expect(
    settingsOf('oidc', {
      issuer: ' https://x ',
      scopes: 'openid  groups',
      'claims.email': '',
      'claims.username': 'u',
    }),
  ).toEqual({
    issuer: 'https://x',
    scopes: ['openid', 'groups'],
    claims: { username: 'u' },
  }))
