/** Where to go after the sign-in: a page of ours, never another site. */
export function wanted(to: string | null): string {
  const safe =
    to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') && !to.startsWith('/signin')
  return safe ? to! : '/'
}

const name = 'wanted'

/** Remembers the page over a sign-in at another site, which leads back to the front page. */
export const keepWanted = (to: string) => sessionStorage.setItem(name, to)

/** The page that was remembered, once. */
export function keptWanted(): string | null {
  const to = sessionStorage.getItem(name)
  sessionStorage.removeItem(name)
  return to
}
