import type { Role } from '../roles.ts'
import type { GroupRole } from './schema.ts'

export interface RoleAt {
  role: Role
  regionId: string
}

/** How a kind of provider names its groups: DNs match whatever their case and the blanks between their parts. */
const spellings = {
  ldap: (dn: string) =>
    dn
      .toLowerCase()
      .split(/(?<!\\),/)
      .map((part) => part.trim())
      .join(','),
  oidc: (name: string) => name,
}

/** What the groups of a person give them, each once. */
export function rolesOfGroups(
  kind: keyof typeof spellings,
  mapping: readonly GroupRole[],
  groups: readonly string[],
): RoleAt[] {
  const spelled = spellings[kind]
  const held = new Set(groups.map(spelled))
  const given = mapping.filter(({ group }) => held.has(spelled(group)))
  return [
    ...new Map(given.map(({ role, regionId }) => [keyOf({ role, regionId }), { role, regionId }])).values(),
  ]
}

export const keyOf = ({ role, regionId }: RoleAt): string => `${role} ${regionId}`
