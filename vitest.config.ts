import { defineConfig } from 'vitest/config'

/** What replaces a module for itself alone. */
const alone = ['server/src/http/attacks/guessing.test.ts']

export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**', ...alone],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['{inventory,collector,playbooks,server,ui,bench}/**/*.test.ts'],
          // Half the time of small files is the loading of the same modules again.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone, exclude: ['**/node_modules/**'] } },
    ],
  },
})
