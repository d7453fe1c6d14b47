import type { ArticleBase, ArticleCategory, ArticleDetail, ArticleVersion, NewArticle } from '@zongheng/server/api.ts' // prettier-ignore
import { api, ApiProblem } from '#lib/api/client.ts'

/** What stands in the fields. */
export interface Written {
  title: string
  summary: string
  body: string
  category: ArticleCategory
  regionId: string
  tags: string
  families: string
  mustRead: boolean
  note: string
}
interface Kept {
  written: Written
  base: ArticleBase | null
}

/** Words parted by commas of either script. */
export const wordsOf = (text: string) => [...new Set(text.split(/[,，、;；\n]/).map((word) => word.trim()))].filter(Boolean) // prettier-ignore
const isTooMuch = (words: string[]) => words.length > 30 || words.some((word) => word.length > 40)

const blank = (start: Partial<Written>): Written => ({
  title: '',
  summary: '',
  body: '',
  category: 'network',
  regionId: '',
  tags: '',
  families: '',
  mustRead: false,
  note: '',
  ...start,
})

function writtenIn(article: ArticleDetail): Written {
  const { title, summary, body, note, reviewer, category, tags, families, mustRead } = article.pending ?? { ...article.shown, note: null } // prettier-ignore
  return {
    title,
    summary,
    body,
    category,
    regionId: article.region.id,
    tags: tags.join(', '),
    families: families.join(', '),
    mustRead,
    note: reviewer ? '' : (note ?? ''), // a reviewer's word is no note of the author's
  }
}

const baseOf = ({ version, revision }: ArticleVersion): ArticleBase => ({ version, revision })
const newestOf = (article: ArticleDetail) => article.pending ?? article.shown

/** An article being written: kept in the browser until the server has it, and never saved over what another saved meanwhile unless told so. */
export class Editing {
  article = $state.raw<ArticleDetail | null>(null)
  written = $state<Written>(blank({}))
  isRestored = $state(false)
  /** What somebody else saved since this was begun. */
  theirs = $state.raw<ArticleVersion | null>(null)
  #saved = $state('')
  #base: ArticleBase | null = null
  #start: Partial<Written> = {}
  readonly #userId: string

  constructor(userId: string) {
    this.#userId = userId
  }

  readonly isChanged = $derived.by(() => JSON.stringify(this.written) !== this.#saved)
  /** The field whose list is too long. */
  readonly excess = $derived(
    (['tags', 'families'] as const).find((field) => isTooMuch(wordsOf(this.written[field]))) ?? null,
  )

  /** As it would be saved. */
  readonly mine = $derived.by(() => this.#sent())

  async open(id: string | null, start: Partial<Written> = {}): Promise<void> {
    this.#start = start
    if (id) this.#take(await api.get<ArticleDetail>(`/articles/${id}`))
    else this.#begin(blank(start))
    const kept = localStorage.getItem(this.#place)
    if (!kept) return
    const { written, base } = JSON.parse(kept) as Kept
    this.written = { ...this.written, ...written }
    this.#base = base
    this.isRestored = this.isChanged
  }

  /** Holds what is not saved yet; to be called as it changes. */
  keep(): void {
    const kept: Kept = { written: this.written, base: this.#base }
    if (this.isChanged) localStorage.setItem(this.#place, JSON.stringify(kept))
    else localStorage.removeItem(this.#place)
  }

  /** Back to what the server has. */
  async discard(): Promise<void> {
    localStorage.removeItem(this.#place)
    const id = this.article?.id
    if (id) this.#take(await api.get<ArticleDetail>(`/articles/${id}`))
    else this.#begin(blank(this.#start))
  }

  /** False: another has saved meanwhile, see `theirs`; `over` them: what is seen there is written over. Throws what the server refuses. */
  async save(over = false): Promise<boolean> {
    const { id } = this.article ?? {}
    if (over && this.theirs) this.#base = baseOf(this.theirs)
    const { regionId, ...text } = this.#sent()
    const place = this.#place
    try {
      this.#take(
        id
          ? await api.put<ArticleDetail>(`/articles/${id}/draft`, { ...text, base: this.#base })
          : await api.post<ArticleDetail>('/articles', { ...text, regionId }),
      )
    } catch (refused) {
      if (!id || !(refused instanceof ApiProblem && refused.code === 'article-changed')) throw refused
      this.theirs = newestOf(await api.get<ArticleDetail>(`/articles/${id}`))
      return false
    }
    localStorage.removeItem(place)
    return true
  }

  async submit(): Promise<void> {
    this.#take(await api.post<ArticleDetail>(`/articles/${this.article!.id}/submit`))
  }

  #take(article: ArticleDetail) {
    this.article = article
    this.#base = baseOf(newestOf(article))
    this.#begin(writtenIn(article))
  }

  #begin(written: Written) {
    this.written = written
    this.#saved = JSON.stringify(written)
    this.isRestored = false
    this.theirs = null
  }

  #sent() {
    const { written } = this
    return {
      ...written,
      tags: wordsOf(written.tags),
      families: wordsOf(written.families),
      note: written.note.trim() || null,
    } satisfies NewArticle
  }

  get #place(): string {
    return `zongheng.article.${this.#userId}.${this.article?.id ?? 'new'}`
  }
}
