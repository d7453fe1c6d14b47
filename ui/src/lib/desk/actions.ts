/** What is done to a ticket by its menu; its words are `desk.action.<name>`. */
export type TogetherAct = 'urge' | 'major' | 'minor' | 'parent' | 'link' | 'merge'
export type Action = 'edit' | 'watch' | 'escalate' | 'split' | 'article' | TogetherAct

interface Offer {
  name: Action
  key?: string
}

/** In the order of the menu; a line parts its groups. */
export function actionsOf(ticket: {
  isMajor: boolean
  kind: string
  isOpen: boolean
  /** Whether what it taught may be made an article. */
  teaches: boolean
}): Offer[][] {
  const working: Offer[] = [
    { name: 'edit', key: 'F' },
    { name: 'escalate', key: 'E' },
    { name: 'urge' },
    ...(ticket.kind === 'incident'
      ? [{ name: ticket.isMajor ? ('minor' as const) : ('major' as const) }]
      : []),
  ]
  const tying: Offer[] = [{ name: 'parent' }, { name: 'link' }, { name: 'merge' }, { name: 'split' }]
  return [
    [{ name: 'watch', key: 'W' }, ...(ticket.teaches ? [{ name: 'article' }] : [])],
    ...(ticket.isOpen ? [working, tying] : [[{ name: 'link' }]]),
  ] as Offer[][]
}
