import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

const server = process.env.ZONGHENG_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', precompress: true }),
      csp: { mode: 'hash', directives: { 'script-src': ['self'] } },
    }),
  ],
  // Kylin and UOS desktops ship Chromium 102.
  build: { target: ['chrome102', 'firefox115'], cssTarget: ['chrome102', 'firefox115'] },
  // As objects: the short form would rename the host, and the server refuses a foreign Origin.
  server: { proxy: { '/api': { target: server }, '/socket.io': { target: server, ws: true } } },
})
