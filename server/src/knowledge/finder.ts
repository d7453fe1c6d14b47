import { viewerFor, type Viewer } from '../identity/viewer.ts'
import type { Finding } from './finding.ts'

/** Articles for the box that finds everything: as they are suggested, their titles plain. */
export const articleFinder =
  (finding: Pick<Finding, 'suggest'>) => async (viewer: Viewer, text: string, limit: number) => {
    const { items } = await finding.suggest(viewerFor(viewer, 'knowledge.read'), { text, limit })
    return items.map(({ id, number, title }) => ({ id, number, title: title.map((piece) => piece.text).join('') })) // prettier-ignore
  }
