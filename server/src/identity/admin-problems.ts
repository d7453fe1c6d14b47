/** What administration refuses, as people are told. */
import { conflict, invalid, ProblemError } from '../http/problem.ts'
import { roleNames } from './role-names.ts'
import type { Role } from './roles.ts'

export const usernameTaken = (username: string) =>
  conflict('username-taken', {
    zh: `用户名 ${username} 已被使用`,
    en: `The user name ${username} is taken`,
  })

/** Names the roles that one person may not hold together. */
export function rolesExclude(held: readonly Role[]): ProblemError {
  const distinct = [...new Set(held)]
  return conflict('roles-exclude', {
    zh: `${distinct.map((role) => roleNames[role].zh).join('、')}不能由一人兼任：三员互斥，也不兼任业务角色`,
    en: `One person cannot be ${distinct.map((role) => roleNames[role].en).join(' and ')}: officer roles exclude one another and all others`,
  })
}

export const officersInNoTeam = (role: Role) =>
  conflict('roles-exclude', {
    zh: `${roleNames[role].zh}只能授予个人，不能授予班组`,
    en: `${roleNames[role].en} is given to a person, never to a team`,
  })

export const notYourself = () =>
  new ProblemError(403, 'not-yourself', {
    zh: '不能对自己的账号执行此操作，请由他人办理',
    en: 'Nobody does this to their own account: ask someone else',
  })

export const reachesFurther = () =>
  new ProblemError(403, 'reaches-further', {
    zh: '其授权超出您管理的区域，请由管理该区域的上级办理',
    en: 'Their rights reach beyond the regions you administer: ask whoever administers those',
  })

export const teamHoldsGrants = () =>
  new ProblemError(403, 'team-holds-grants', {
    zh: '该班组持有授权，加入或退出即改变权限，由管理这些授权所在区域的安全管理员办理',
    en: 'The team holds grants, so joining or leaving it changes rights: ask the security officer of the regions they cover',
  })

export const officerPassword = () =>
  new ProblemError(403, 'officer-password', {
    zh: '三员的密码只能在服务器上用命令重置：zongheng user reset-password',
    en: "An officer's password is only reset on the server: zongheng user reset-password",
  })

export const providersPassword = () =>
  conflict('external-account', {
    zh: '该用户由外部目录认证，密码在目录中修改',
    en: 'A directory vouches for this user: the password is changed there',
  })

export const lastOfficer = (role: Role) =>
  conflict('last-officer', {
    zh: `全平台至少要保留一名长期有效的${roleNames[role].zh}`,
    en: `The installation keeps at least one lasting ${roleNames[role].en}`,
  })

export const grantExists = () =>
  conflict('grant-exists', { zh: '已有相同的授权', en: 'The same grant is there already' })

export const grantOfProvider = (provider: string) =>
  conflict('grant-of-provider', {
    zh: `此授权来自“${provider}”的用户组，请在那里修改`,
    en: `This grant comes from a group of ${provider}: change it there`,
  })

export const oneHolder = () =>
  invalid([{ path: '/userId', code: 'one-of', message: 'either userId or teamId' }])

export const expiresInPast = () =>
  invalid([{ path: '/expiresAt', code: 'past', message: 'must lie in the future' }])

export const teamNameTaken = (name: string) =>
  conflict('team-name-taken', {
    zh: `该区域已有班组“${name}”`,
    en: `The region has a team called ${name} already`,
  })

export const defaultTeam = () =>
  conflict('default-team', {
    zh: '每个区域都有的班组不能改名或删除',
    en: 'A team that every region has is neither renamed nor deleted',
  })

export const teamInUse = (tickets: number, grants: number) =>
  conflict('team-in-use', {
    zh: `班组还有 ${tickets} 张未完结工单、${grants} 项授权`,
    en: `The team still has ${tickets} open tickets and ${grants} grants`,
  })

export const wrongParent = (zh: string, en: string) => conflict('wrong-parent', { zh, en })
