export type Theme = 'light' | 'dark' | 'system'

const prefersDark = () => matchMedia('(prefers-color-scheme: dark)')

class ThemeChoice {
  choice = $state<Theme>('system')

  /** Follows the stored choice and the system; call the returned function to stop. */
  follow(): () => void {
    const stored = localStorage.getItem('theme')
    this.choice = stored === 'light' || stored === 'dark' ? stored : 'system'
    const query = prefersDark()
    const apply = () => this.#apply()
    query.addEventListener('change', apply)
    // Paper is light; charts are drawn anew before they are printed.
    const print = () => (document.documentElement.dataset.theme = 'light')
    addEventListener('beforeprint', print)
    addEventListener('afterprint', apply)
    apply()
    return () => {
      query.removeEventListener('change', apply)
      removeEventListener('beforeprint', print)
      removeEventListener('afterprint', apply)
    }
  }

  use(choice: Theme) {
    this.choice = choice
    localStorage.setItem('theme', choice)
    this.#apply()
  }

  #apply() {
    const dark = this.choice === 'dark' || (this.choice === 'system' && prefersDark().matches)
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }
}
export const theme = new ThemeChoice()
