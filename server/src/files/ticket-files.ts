import type { DeskService } from '../desk/service.ts'
import { forbidden } from '../http/problem.ts'
import type { FileOwner } from './service.ts'

/** Attachments of tickets of any kind: read by who sees the ticket, added by who works on it and who asked. */
export const ticketFiles = (desk: Pick<DeskService, 'reachOf' | 'mergedInto'>): FileOwner => ({
  maySee: (viewer, id) => desk.reachOf(viewer, id),
  gathered: (viewer, id) => desk.mergedInto(viewer, id),
  mayAdd: async (viewer, id) => {
    const reach = await desk.reachOf(viewer, id)
    if (!reach.mayAdd) throw forbidden()
    return reach
  },
})
