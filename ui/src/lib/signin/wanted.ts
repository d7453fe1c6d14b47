/** Where to go after the sign-in: a page of ours, never another site. */
export function wanted(to: string | null): string {
  const safe =
    to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') && !to.startsWith('/signin')
  return safe ? to! : '/'
}
