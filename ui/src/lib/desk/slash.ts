/** What `/` puts into the text: a ready answer with its blanks filled, or an article pointed to. */
export interface Insert {
  id: string
  kind: 'canned' | 'article'
  title: string
  /** Beside the title: the shortcut, or the article's number. */
  hint: string
  text: string
}

const shownAtMost = 8

/** Those whose name, shortcut or text has what was typed after `/`; the one that is called so first. */
export function matching(inserts: readonly Insert[], typed: string): Insert[] {
  const needle = typed.toLowerCase()
  const has = ({ title, hint, text }: Insert) =>
    [title, hint, text].some((words) => words.toLowerCase().includes(needle))
  const rank = ({ hint }: Insert) => (needle && hint.toLowerCase() === `/${needle}` ? 0 : 1)
  return inserts
    .filter(has)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, shownAtMost)
}

/** `/typed` that ends at the caret and begins a word; null where none is being typed. */
export function slashAt(text: string, caret: number): { start: number; typed: string } | null {
  const found = /(?:^|\s)\/([^\s/]*)$/u.exec(text.slice(0, caret))
  return found && { start: caret - found[1]!.length - 1, typed: found[1]! }
}

/** The text with what is typed after `/` replaced, and where the caret stands then. */
export function inserted(text: string, caret: number, insert: string): { text: string; caret: number } {
  const start = slashAt(text, caret)?.start ?? caret
  return { text: text.slice(0, start) + insert + text.slice(caret), caret: start + insert.length }
}
