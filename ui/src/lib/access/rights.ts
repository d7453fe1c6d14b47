import type { Permission, Right } from '@zongheng/server/api.ts'

/** Permissions by module, in the order they are listed. */
export function byModule(permissions: readonly Permission[]): [module: string, permissions: Permission[]][] {
  const modules = new Map<string, Permission[]>()
  for (const permission of permissions) {
    const module = permission.split('.')[0]!
    modules.set(module, [...(modules.get(module) ?? []), permission])
  }
  return [...modules]
}

export interface Role {
  role: string
  isOfficer: boolean
  permissions: Permission[]
}

/** Of the grants that reach someone, those that give `permission`; all of them without one. */
export const reasonsFor = (
  right: Right,
  permission: Permission | null,
  roles: readonly Role[],
): Right['via'] =>
  permission === null
    ? right.via
    : right.via.filter(({ role }) => roles.find((one) => one.role === role)?.permissions.includes(permission))

/** Every permission that some role has, in the order of the roles' lists. */
export const permissionsOfAll = (roles: readonly Role[]): Permission[] => [
  ...new Set(roles.flatMap(({ permissions }) => permissions)),
]
