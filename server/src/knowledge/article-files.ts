import { forbidden } from '../http/problem.ts'
import type { FileOwner } from '../files/service.ts'
import type { KnowledgeService } from './service.ts'

/** Pictures and forms of an article: seen by its readers, added by who may write it. */
export const articleFiles = (knowledge: Pick<KnowledgeService, 'reachOf'>): FileOwner => ({
  maySee: (viewer, id) => knowledge.reachOf(viewer, id),
  mayAdd: async (viewer, id) => {
    const reach = await knowledge.reachOf(viewer, id)
    if (!reach.seesInternal) throw forbidden()
    return reach
  },
})
