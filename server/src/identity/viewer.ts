import { permissionsOf, type Permission, type Role } from './roles.ts'

/** A role on a region and all below it. */
export interface ViewerGrant {
  role: Role
  regionId: string
  regionPath: string
}

/** Who asks. Behind a route, `regionPaths` are those of the grants that give the route's permission. */
export interface Viewer {
  userId: string
  sessionId: string
  username: string
  displayName: string
  grants: readonly ViewerGrant[]
  permissions: ReadonlySet<Permission>
  /** Roots of the subtrees in scope, none within another. */
  regionPaths: readonly string[]
}

export type Person = Pick<Viewer, 'userId' | 'sessionId' | 'username' | 'displayName'>

export function viewerOf(person: Person, grants: readonly ViewerGrant[]): Viewer {
  const permissions = new Set<Permission>(['identity.self'])
  for (const grant of grants) for (const permission of permissionsOf[grant.role]) permissions.add(permission)
  return { ...person, grants, permissions, regionPaths: roots(grants) }
}

/** The viewer within the regions where this permission is theirs: a role in one county says nothing of the next. */
export function viewerFor(viewer: Viewer, permission: Permission): Viewer {
  if (permission === 'identity.self') return viewer
  if (!viewer.permissions.has(permission)) return { ...viewer, regionPaths: [] }
  const giving = viewer.grants.filter((grant) => permissionsOf[grant.role].includes(permission))
  return { ...viewer, regionPaths: roots(giving) }
}

/** The viewer with no more than these permissions; what the grants say beyond them counts for nothing. */
export function restrictedTo(viewer: Viewer, allowed: (permission: Permission) => boolean): Viewer {
  return { ...viewer, permissions: new Set([...viewer.permissions].filter(allowed)) }
}

/** What is left of grants within a region's subtree. */
export function grantsWithin(
  grants: readonly ViewerGrant[],
  region: { id: string; path: string },
): ViewerGrant[] {
  return grants.flatMap((grant) => {
    if (grant.regionPath.startsWith(region.path)) return [grant]
    if (!region.path.startsWith(grant.regionPath)) return []
    return [{ ...grant, regionId: region.id, regionPath: region.path }]
  })
}

/** Whether a record of this region is within the viewer's scope. */
export function covers(viewer: Pick<Viewer, 'regionPaths'>, regionPath: string): boolean {
  return viewer.regionPaths.some((root) => regionPath.startsWith(root))
}

/** Whether what stands in this region concerns the viewer: it lies in their regions, or reaches down to them. */
export const concerns = (viewer: Pick<Viewer, 'regionPaths'>, regionPath: string): boolean =>
  covers(viewer, regionPath) || viewer.regionPaths.some((path) => covers({ regionPaths: [regionPath] }, path))

function roots(grants: readonly ViewerGrant[]): string[] {
  const paths = [...new Set(grants.map((grant) => grant.regionPath))]
  return paths.filter((path) => !paths.some((other) => other !== path && path.startsWith(other)))
}
