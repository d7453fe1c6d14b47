import type { DeskService } from '../desk/service.ts'
import { forbidden, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { FileOwner } from './service.ts'

/** Attachments of tickets of any kind: read by who sees the ticket, added by who works on it and who asked. */
export const ticketFiles = (desk: Pick<DeskService, 'reachOf' | 'mergedInto'>): FileOwner => {
  const maySee = async (viewer: Viewer, id: string) => {
    if (!viewer.permissions.has('desk.read')) throw notFound('ticket')
    return desk.reachOf(viewer, id)
  }
  return {
    maySee,
    gathered: (viewer, id) => desk.mergedInto(viewer, id),
    mayAdd: async (viewer, id) => {
      const reach = await maySee(viewer, id)
      if (!reach.mayAdd) throw forbidden()
      return reach
    },
  }
}
