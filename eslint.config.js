import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['**/node_modules/', 'ui/build/', '**/.svelte-kit/'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // The console is always served at the root.
      'svelte/no-navigation-without-resolve': 'off',
      // State is replaced, not mutated: a Map in $state.raw or inside a $derived is an ordinary Map.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    files: [
      'server/src/cli/**',
      'server/bin/**',
      '.ci/**',
      'packaging/**',
      'bench/**',
      'collector/simulator/main.ts',
    ],
    rules: { 'no-console': 'off' },
  },
)
