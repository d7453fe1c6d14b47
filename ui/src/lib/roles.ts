import type { Role } from '@zongheng/server/api.ts'

export const businessRoles = [
  'viewer',
  'observer',
  'requester',
  'agent',
  'engineer',
  'manager',
  'asset-keeper',
  'network-admin',
] as const satisfies Role[]
/** They exclude one another and all business roles. */
export const officers = ['system-admin', 'security-admin', 'audit-admin'] as const satisfies Role[]
export const roles: readonly Role[] = [...businessRoles, ...officers]

export const isOfficer = (role: string): boolean => (officers as readonly string[]).includes(role)
