// The server hands out one static page; everything is drawn in the browser.
export const ssr = false
