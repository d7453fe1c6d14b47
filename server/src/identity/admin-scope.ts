import type { Permission } from './roles.ts'
import { viewerFor, viewerOf, type Viewer } from './viewer.ts'

/** Whoever holds one of these where a person belongs sees that person's account; everyone else a directory. */
const administrative = [
  'identity.write',
  'identity.grant',
  'identity.policy',
  'audit.read',
] as const satisfies Permission[]

/** The regions whose accounts the viewer looks after. */
export function administers(viewer: Viewer): Pick<Viewer, 'regionPaths'> {
  return {
    regionPaths: administrative.flatMap((permission) => viewerFor(viewer, permission).regionPaths),
  }
}

/** Whoever works on the installation's own machine: accounts and grants everywhere. The trail names them by their login there. */
export function operatorViewer(root: { id: string; path: string }): Viewer {
  const person = { userId: '', sessionId: '', username: '', displayName: '' }
  const at = { regionId: root.id, regionPath: root.path }
  return viewerOf(person, [
    { role: 'system-admin', ...at },
    { role: 'security-admin', ...at },
  ])
}
