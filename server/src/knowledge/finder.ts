import { viewerFor, type Viewer } from '../identity/viewer.ts'
import type { KnowledgeService } from './service.ts'

/** Articles for the box that finds everything: as they are suggested, their titles plain. */
export const articleFinder =
  (knowledge: Pick<KnowledgeService, 'suggest'>) => async (viewer: Viewer, text: string, limit: number) => {
    const { items } = await knowledge.suggest(viewerFor(viewer, 'knowledge.read'), { text, limit })
    return items.map(({ id, number, title }) => ({ id, number, title: title.map((piece) => piece.text).join('') })) // prettier-ignore
  }
