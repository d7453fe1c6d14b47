// Theme and language before the first paint; afterwards lib/theme.svelte.ts and lib/i18n keep them.
{
  const root = document.documentElement
  const theme = localStorage.getItem('theme')
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  if (localStorage.getItem('locale') === 'en') root.lang = 'en'
}
