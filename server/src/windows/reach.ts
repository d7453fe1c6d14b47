/** Whose a window is: who may look at it, who may announce it over what, and which region it belongs to. */
import { kindOfId } from '@zongheng/inventory/id.ts'
import type { EstateModel } from '../estate/model.ts'
import { forbidden, notFound } from '../http/problem.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'
import type { Window, WindowBook, WindowScope, WindowSource } from './window-book.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export class WindowReach {
  readonly #model: () => EstateModel
  readonly #book: () => WindowBook

  constructor(model: () => EstateModel, book: () => WindowBook) {
    this.#model = model
    this.#book = book
  }

  /** Of an announced one: whoever rents out lines here. */
  carrierOf(source: WindowSource, carrierId: string | null): string | null {
    if (source !== 'carrier' || carrierId === null) return null
    for (const circuit of this.#model().circuits.values())
      if (circuit.carrierId === carrierId) return carrierId
    throw notFound('carrier')
  }

  /** Only over what is one's own: of a line, one end is enough. */
  mustCover(viewer: Viewer, scope: WindowScope): void {
    const expected = scope.type === kindOfId(scope.id)
    const paths = expected ? this.#chains().regionPathsOf(scope.id) : []
    if (!paths.some((path) => covers(viewer, path))) throw notFound(scope.type)
  }

  /** The lowest region that holds all of it. */
  regionOver(scopes: readonly WindowScope[]): string {
    const chains = this.#chains()
    const paths = scopes.flatMap(({ id }) => chains.regionPathsOf(id).slice(0, 1))
    const lineages = paths.map((path) => path.split('/').filter(Boolean))
    const [first = []] = lineages
    const shared = first.filter((id, depth) => lineages.every((lineage) => lineage[depth] === id))
    const root = [...this.#model().regions.values()].find(({ path }) => path.split('/').length === 3)
    return shared.at(-1) ?? root?.id ?? ''
  }

  visible(viewer: Scope, withinRegionId?: string): Window[] {
    const all = [...this.#book().windows.values()]
    const seen = all.filter((window) => this.#isSeen(window, viewer))
    if (withinRegionId === undefined) return seen
    const within = this.#model().regions.get(withinRegionId)?.path
    return within === undefined
      ? []
      : seen.filter((window) => this.#isSeen(window, { regionPaths: [within] }))
  }

  #isSeen(window: Window, viewer: Scope): boolean {
    if (this.scopesFor(viewer, window).length > 0) return true
    const own = this.#model().regions.get(window.regionId)?.path
    return window.scopes.length === 0 && own !== undefined && concerns(viewer, own)
  }

  /** What of it is the viewer's to know: a region above theirs reaches down to them, a thing that stands up there does not. */
  scopesFor(viewer: Scope, window: Window): Window['scopes'] {
    const chains = this.#chains()
    return window.scopes.filter(({ type, id }) =>
      chains
        .regionPathsOf(id)
        .some((path) => (type === 'region' ? concerns(viewer, path) : covers(viewer, path))),
    )
  }

  #regionPathsOf(window: Window): string[] {
    const chains = this.#chains()
    const found = window.scopes.flatMap(({ id }) => chains.regionPathsOf(id))
    const own = this.#model().regions.get(window.regionId)?.path
    return found.length > 0 || own === undefined ? found : [own]
  }

  mustSee(viewer: Viewer, id: string): Window {
    const window = this.visible(viewer).find((one) => one.id === id)
    if (!window) throw notFound('window')
    return window
  }

  /** Whoever sees a window from below may not move what the upper tier announced. */
  mustWrite(viewer: Viewer, id: string): Window {
    const window = this.mustSee(viewer, id)
    const path = this.#model().regions.get(window.regionId)?.path
    const ends = this.#regionPathsOf(window)
    if (!(path !== undefined && covers(viewer, path)) && !ends.every((one) => covers(viewer, one)))
      throw forbidden()
    return window
  }

  #chains() {
    return this.#book().chains(this.#model())
  }
}
