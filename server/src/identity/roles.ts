/** `<module>.<action>`. `identity.self` belongs to everyone who is signed in. */
export const permissions = [
  'identity.self',
  'identity.read',
  'identity.write',
  'identity.grant',
  /** Who is on which team. */
  'identity.member',
  'identity.policy',
  'identity.view-as',
  'audit.read',
  'estate.read',
  'estate.write',
  'series.read',
  'state.read',
  'state.aggregate',
  'alarms.read',
  'alarms.write',
  'desk.read',
  'desk.report',
  'desk.write',
  /** Targets, calendars, escalation, canned answers, mailboxes, the catalogue. */
  'desk.rules',
  'changes.read',
  'changes.write',
  'knowledge.read',
  'knowledge.write',
  'knowledge.publish',
  'automation.read',
  'automation.run',
  'checks.read',
  'checks.write',
  'uplink.read',
  'uplink.write',
  'conditions.read',
  'conditions.write',
  'windows.read',
  'windows.write',
  'listening.read',
  'listening.write',
  'notify.read',
  'notify.write',
  'relations.read',
  'relations.write',
  'demo.write',
] as const
export type Permission = (typeof permissions)[number]

export const roles = [
  'viewer',
  'observer',
  'requester',
  'agent',
  'engineer',
  'manager',
  'asset-keeper',
  'network-admin',
  'system-admin',
  'security-admin',
  'audit-admin',
] as const
export type Role = (typeof roles)[number]

/** The three officers exclude one another, and hold no business role [GB/T 22239-2019, 8.1.5]. */
export const officers = ['system-admin', 'security-admin', 'audit-admin'] as const satisfies Role[]

const watch = [
  'identity.read',
  'estate.read',
  'series.read',
  'state.read',
  'state.aggregate',
  'alarms.read',
  'checks.read',
  'conditions.read',
  'windows.read',
  'listening.read',
  'relations.read',
  'changes.read',
  'knowledge.read',
] as const

/** 坐席, 工程师, 主管 and 网络管理员 each do what the one before does, and more. */
const agent = [
  ...watch,
  'desk.read',
  'desk.report',
  'desk.write',
  'alarms.write',
  'automation.read',
  'notify.read',
  'knowledge.write',
] as const
const engineer = [...agent, 'automation.run', 'checks.write', 'windows.write', 'changes.write'] as const
/** 主管 also says who is on duty, who is told of what, what the desk promises, and what the library publishes. */
const manager = [...engineer, 'notify.write', 'desk.rules', 'knowledge.publish'] as const
const networkAdmin = [
  ...manager,
  'estate.write',
  'conditions.write',
  'listening.write',
  'relations.write',
  'uplink.read',
  'uplink.write',
  'demo.write',
] as const

export const permissionsOf: Record<Role, readonly Permission[]> = {
  viewer: [...watch, 'desk.read'],
  /** 汇总查看: sums beyond one's own regions, never names. */
  observer: ['state.aggregate'],
  requester: [
    'identity.read',
    'estate.read',
    'state.read',
    'alarms.read',
    'series.read',
    'desk.read',
    'desk.report',
    'knowledge.read',
  ],
  agent,
  engineer,
  manager,
  'asset-keeper': [...watch],
  'network-admin': networkAdmin,
  // The system officer runs accounts and collectors, the security officer says who may do what, the audit officer reads the trail.
  'system-admin': ['identity.read', 'identity.write', 'identity.member', 'uplink.read', 'uplink.write'],
  'security-admin': [
    'identity.read',
    'identity.grant',
    'identity.member',
    'identity.policy',
    'identity.view-as',
  ],
  'audit-admin': ['identity.read', 'audit.read'],
}

export const rolesGiving = (permission: Permission): Role[] =>
  roles.filter((role) => permissionsOf[role].includes(permission))

export const isOfficer = (role: Role): boolean => (officers as readonly Role[]).includes(role)

/** Whether one person may hold these roles together. */
export function rolesAgree(held: readonly Role[]): boolean {
  const distinct = new Set(held)
  const office = officers.filter((officer) => distinct.has(officer))
  return office.length === 0 || (office.length === 1 && distinct.size === 1)
}
