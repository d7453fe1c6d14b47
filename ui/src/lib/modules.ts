import type { IconName } from './components/icons.ts'

/** The rail, in order. `group` ends are parted by a line. */
export const modules = [
  { id: 'overview', path: '/', icon: 'overview', group: 1 },
  { id: 'links', path: '/links', icon: 'links', group: 1 },
  { id: 'devices', path: '/devices', icon: 'devices', group: 1 },
  { id: 'alarms', path: '/alarms', icon: 'alarms', group: 1 },
  { id: 'desk', path: '/tickets', icon: 'desk', group: 2 },
  { id: 'demo', path: '/demo', icon: 'demo', group: 3 },
] as const satisfies { id: string; path: string; icon: IconName; group: number }[]
