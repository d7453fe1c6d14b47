import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{inventory,collector,playbooks,server,ui,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Half the time of small files is the loading of the same modules again.
    isolate: false,
  },
})
