/** Markdown as words alone: what is searched, and shown around a hit. */
export const plainOf = (markdown: string): string =>
  markdown
    .replace(/^\s*\|?(\s*:?-{3,}:?\s*\|)+\s*(:?-{3,}:?)?\s*$/gm, '')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/!\[([^\]\n]*)\]\(file:\w+\)/g, '$1')
    .replace(/\*\*|`/g, '')
    .replace(/\|/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .replace(/\n{2,}/g, '\n')
    .trim()
