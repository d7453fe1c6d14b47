import type { IconName } from './components/icons.ts'

/** The rail, in order. Groups are parted by a line; a module is shown to those who may read it. */
export const modules = [
  { id: 'overview', path: '/', icon: 'overview', permission: 'estate.read', group: 1 },
  { id: 'links', path: '/links', icon: 'links', permission: 'estate.read', group: 1 },
  { id: 'devices', path: '/devices', icon: 'devices', permission: 'estate.read', group: 1 },
  { id: 'alarms', path: '/alarms', icon: 'alarms', permission: 'alarms.read', group: 1 },
  { id: 'desk', path: '/tickets', icon: 'desk', permission: 'desk.read', group: 2 },
  { id: 'demo', path: '/demo', icon: 'demo', permission: 'demo.write', group: 3 },
] as const satisfies { id: string; path: string; icon: IconName; permission: string; group: number }[]
