import { language, learn } from '#lib/i18n/index.svelte.ts'

// The server hands out one static page; everything is drawn in the browser.
export const ssr = false

export const load = () => learn(language.locale)
