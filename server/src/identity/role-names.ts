import type { Text } from '../http/problem-messages.ts'
import type { Role } from './roles.ts'

/** As messages name them. */
export const roleNames: Record<Role, Exclude<Text, string>> = {
  viewer: { zh: '查看员', en: 'viewer' },
  observer: { zh: '汇总查看员', en: 'observer' },
  requester: { zh: '报障人', en: 'requester' },
  agent: { zh: '坐席', en: 'agent' },
  engineer: { zh: '工程师', en: 'engineer' },
  manager: { zh: '主管', en: 'manager' },
  'asset-keeper': { zh: '资产管理员', en: 'asset keeper' },
  'network-admin': { zh: '网络管理员', en: 'network administrator' },
  'system-admin': { zh: '系统管理员', en: 'system administrator' },
  'security-admin': { zh: '安全管理员', en: 'security administrator' },
  'audit-admin': { zh: '审计管理员', en: 'audit administrator' },
}
