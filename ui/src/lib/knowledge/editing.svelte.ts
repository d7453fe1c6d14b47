import type { ArticleCategory, ArticleDetail, ArticleVersion, NewArticle } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'

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
  base: string
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
  const { title, summary, body, note, reviewer } = article.pending ?? { ...article.shown, note: null }
  return {
    title,
    summary,
    body,
    category: article.category,
    regionId: article.region.id,
    tags: article.tags.join(', '),
    families: article.families.join(', '),
    mustRead: article.mustRead,
    note: reviewer ? '' : (note ?? ''), // a reviewer's word is no note of the author's
  }
}

const standOf = ({ version, updatedAt }: ArticleVersion) => `${version}@${updatedAt}`
const newestOf = (article: ArticleDetail) => article.pending ?? article.shown

/** An article being written: kept in the browser until the server has it, and never saved over what another saved meanwhile unless told so. */
export class Editing {
  article = $state.raw<ArticleDetail | null>(null)
  written = $state<Written>(blank({}))
  isRestored = $state(false)
  /** What somebody else saved since this was begun. */
  theirs = $state.raw<ArticleVersion | null>(null)
  #saved = $state('')
  #base = ''
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

  /** False: another was saved meanwhile, see `theirs`. Throws what the server refuses. */
  async save(over = false): Promise<boolean> {
    const { id } = this.article ?? {}
    if (id && !over && (await this.#isOvertaken(id))) return false
    const { regionId, ...text } = this.#sent()
    const place = this.#place
    this.#take(
      id
        ? await api.put<ArticleDetail>(`/articles/${id}/draft`, text)
        : await api.post<ArticleDetail>('/articles', { ...text, regionId }),
    )
    localStorage.removeItem(place)
    return true
  }

  async submit(): Promise<void> {
    this.#take(await api.post<ArticleDetail>(`/articles/${this.article!.id}/submit`))
  }

  async #isOvertaken(id: string): Promise<boolean> {
    const { items } = await api.get<{ items: ArticleVersion[] }>(`/articles/${id}/versions`)
    const newest = items[0]
    this.theirs = newest && standOf(newest) !== this.#base ? newest : null
    return this.theirs !== null
  }

  #take(article: ArticleDetail) {
    this.article = article
    this.#base = standOf(newestOf(article))
    this.#begin(writtenIn(article))
  }

  #begin(written: Written) {
    this.written = written
    this.#saved = JSON.stringify(written)
    this.isRestored = false
    this.theirs = null
  }

  #sent(): NewArticle {
    const { written } = this
    return {
      ...written,
      tags: wordsOf(written.tags),
      families: wordsOf(written.families),
      note: written.note.trim() || null,
    }
  }

  get #place(): string {
    return `zongheng.article.${this.#userId}.${this.article?.id ?? 'new'}`
  }
}
