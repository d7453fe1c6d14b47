import type { IconName } from './components/icons.ts'

type Can = (permission: string) => boolean

interface Module {
  id: string
  path: string
  icon: IconName
  permission: string
  group: number
  /** Other addresses that belong to it. */
  also?: readonly string[]
  /** Whose console starts here, before everything else. */
  startsFor?: (can: Can) => boolean
  /** The permission of those whose work it is, where others may read it too. */
  workOf?: string
}

/** The rail, in order. Groups are parted by a line; a module is shown to those who may read it. */
export const modules = [
  { id: 'overview', path: '/', icon: 'overview', permission: 'estate.read', group: 1 },
  {
    id: 'links',
    path: '/links',
    icon: 'links',
    permission: 'estate.read',
    group: 1,
    also: ['/availability'],
  },
  {
    id: 'devices',
    path: '/devices',
    icon: 'devices',
    permission: 'estate.read',
    group: 1,
    also: ['/discovery', '/points', '/profiles', '/topology'],
  },
  { id: 'services', path: '/services', icon: 'services', permission: 'relations.read', group: 1 },
  { id: 'rooms', path: '/rooms', icon: 'rooms', permission: 'relations.read', group: 1 },
  { id: 'checks', path: '/checks', icon: 'checks', permission: 'checks.read', group: 1 },
  { id: 'performance', path: '/performance', icon: 'ranking', permission: 'series.read', group: 1 },
  { id: 'summary', path: '/summary', icon: 'chart', permission: 'state.aggregate', group: 1 },
  {
    id: 'alarms',
    path: '/alarms',
    icon: 'alarms',
    permission: 'alarms.read',
    group: 1,
    also: ['/conditions', '/windows', '/notifications', '/logs'],
  },
  {
    id: 'portal',
    path: '/portal',
    icon: 'plus',
    permission: 'desk.report',
    group: 2,
    startsFor: (can) => can('desk.report') && !can('relations.read'),
  },
  { id: 'desk', path: '/tickets', icon: 'desk', permission: 'desk.read', group: 2, also: ['/desk-rules'] },
  { id: 'hotline', path: '/hotline', icon: 'phone', permission: 'desk.write', group: 2 },
  { id: 'problems', path: '/problems', icon: 'search', permission: 'changes.read', group: 2 },
  { id: 'catalogue', path: '/catalogue', icon: 'copy', permission: 'desk.report', group: 2 },
  { id: 'approvals', path: '/approvals', icon: 'check', permission: 'identity.self', group: 2 },
  { id: 'changes', path: '/changes', icon: 'calendar', permission: 'changes.read', group: 2 },
  { id: 'knowledge', path: '/knowledge', icon: 'book', permission: 'knowledge.read', group: 2 },
  { id: 'demo', path: '/demo', icon: 'demo', permission: 'demo.write', group: 3 },
  {
    id: 'users',
    path: '/users',
    icon: 'people',
    permission: 'identity.read',
    group: 4,
    also: ['/teams', '/regions'],
    workOf: 'identity.write',
  },
  { id: 'access', path: '/access', icon: 'key', permission: 'identity.grant', group: 4 },
  { id: 'policy', path: '/policy', icon: 'shield', permission: 'identity.policy', group: 4 },
  { id: 'collectors', path: '/collectors', icon: 'collectors', permission: 'uplink.read', group: 4 },
  { id: 'audit', path: '/audit', icon: 'audit', permission: 'audit.read', group: 4 },
] as const satisfies Module[]

export type ModuleId = (typeof modules)[number]['id']

/** Nobody's work begins there. */
const aside: ReadonlySet<string> = new Set(['demo', 'approvals'])

/** Where the console starts for someone: their own work before what they may merely read; null when there is nothing. */
export function landing(can: Can): string | null {
  const open: readonly Module[] = modules.filter(({ id, permission }) => !aside.has(id) && can(permission))
  const own = open.find(({ startsFor }) => startsFor?.(can))
  return (own ?? open.find(({ workOf }) => workOf === undefined || can(workOf)) ?? open[0])?.path ?? null
}

/** The module that `pathname` is a page of. */
export function moduleAt(pathname: string): (typeof modules)[number] | undefined {
  const holds = (path: string) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`))
  return modules.find((module) => {
    const { path, also = [] }: Module = module
    return [path, ...also].some(holds)
  })
}
