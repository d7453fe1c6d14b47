import type { UserPatch } from '../identity/admin-schema.ts'
import type { Role } from '../identity/roles.ts'
import type { DirectoryEntry, TeamName } from '../identity/service.ts'

type Certificate = NonNullable<UserPatch['certificates']>[number]

/** A certificate as it stands today, whenever that is. */
interface Held extends Omit<Certificate, 'issuedOn' | 'expiresOn'> {
  /** Since it was issued. */
  daysAgo: number
  /** Without it, it has no end. */
  daysLeft?: number
}

export interface DemoPerson {
  username: string
  displayName: string
  roles: Role[]
  /** Where the roles hold: the province, its first city, or that city's first county. */
  at: 'province' | 'city' | 'county'
  team?: TeamName
  entry: Omit<DirectoryEntry, 'certificates' | 'trainings'>
  certificates?: Held[]
  trainings?: { name: string; daysAgo: number; hours: number; result: string }[]
}

const cisp = { name: '注册信息安全专业人员（CISP）', issuer: '中国信息安全测评中心' }
const huawei = { name: 'HCIP-Datacom', issuer: '华为技术有限公司' }
const softExam = { name: '网络工程师（中级）', issuer: '全国计算机技术与软件专业技术资格考试' }

/** Nobody that there is: numbers and addresses lead nowhere. The first signs in by default. */
export const demoPeople: readonly DemoPerson[] = [
  {
    username: 'chenjing',
    displayName: '陈静',
    roles: ['network-admin', 'manager'],
    at: 'province',
    team: '网络组',
    entry: {
      post: '网络运行科科长',
      phone: '0311-85001021',
      email: 'chenjing@example.gov.cn',
      skills: ['广域网', 'OSPF / BGP', '华为 VRP', '割接'],
    },
    certificates: [
      { ...huawei, number: 'DEMO-HD-0271', daysAgo: 1060, daysLeft: 35 },
      { ...softExam, number: 'DEMO-RK-1142', daysAgo: 3200 },
    ],
    trainings: [{ name: '电子政务外网 IPv6 改造', daysAgo: 96, hours: 16, result: '合格' }],
  },
  {
    username: 'zhouzhiqiang',
    displayName: '周志强',
    roles: ['system-admin'],
    at: 'province',
    entry: {
      post: '主机与平台运维',
      phone: '0311-85001033',
      email: 'zhouzhiqiang@example.gov.cn',
      skills: ['Linux', 'PostgreSQL', '备份与恢复'],
    },
    certificates: [
      {
        name: '系统规划与管理师（高级）',
        issuer: softExam.issuer,
        number: 'DEMO-RK-0877',
        daysAgo: 1500,
      },
    ],
    trainings: [{ name: '等级保护 2.0 三级系统运维', daysAgo: 210, hours: 24, result: '合格' }],
  },
  {
    username: 'limin',
    displayName: '李敏',
    roles: ['security-admin'],
    at: 'province',
    entry: {
      post: '网络安全专员',
      phone: '0311-85001035',
      email: 'limin@example.gov.cn',
      skills: ['等级保护', '访问控制', '应急响应'],
    },
    certificates: [{ ...cisp, number: 'DEMO-CISP-5530', daysAgo: 700, daysLeft: 395 }],
    trainings: [{ name: '网络安全应急演练', daysAgo: 61, hours: 8, result: '优秀' }],
  },
  {
    username: 'wangjianguo',
    displayName: '王建国',
    roles: ['audit-admin'],
    at: 'province',
    entry: {
      post: '内部审计专员',
      phone: '0311-85001038',
      email: 'wangjianguo@example.gov.cn',
      skills: ['信息系统审计', '日志分析'],
    },
    certificates: [
      {
        name: '注册信息系统审计师（CISP-A）',
        issuer: cisp.issuer,
        number: 'DEMO-CISPA-0192',
        daysAgo: 1110,
        daysLeft: -15,
      },
    ],
  },
  {
    username: 'zhangli',
    displayName: '张丽',
    roles: ['agent'],
    at: 'province',
    team: '服务台',
    entry: {
      post: '热线值班员',
      phone: '0311-85001200',
      email: 'zhangli@example.gov.cn',
      skills: ['热线受理', '远程协助'],
    },
    certificates: [
      {
        name: 'ITIL 4 Foundation',
        issuer: 'PeopleCert',
        number: 'DEMO-ITIL-4410',
        daysAgo: 400,
        daysLeft: 695,
      },
    ],
    trainings: [{ name: '热线服务规范', daysAgo: 33, hours: 6, result: '合格' }],
  },
  {
    username: 'zhaolei',
    displayName: '赵磊',
    roles: ['engineer'],
    at: 'city',
    team: '网络组',
    entry: {
      post: '线路与机房运维',
      phone: '139****2604',
      email: 'zhaolei@example.gov.cn',
      skills: ['光缆熔接', '华三 Comware', '机房动力'],
    },
    certificates: [
      { ...softExam, number: 'DEMO-RK-2051', daysAgo: 900 },
      {
        name: '低压电工作业证',
        issuer: '应急管理局',
        number: 'DEMO-DG-3307',
        daysAgo: 1075,
        daysLeft: 20,
      },
    ],
    trainings: [{ name: '高处作业安全', daysAgo: 150, hours: 8, result: '合格' }],
  },
  {
    username: 'liuyang',
    displayName: '刘洋',
    roles: ['requester'],
    at: 'county',
    entry: {
      post: '信息中心科员（兼）',
      phone: '139****7718',
      email: 'liuyang@example.gov.cn',
      skills: ['终端维护'],
    },
    trainings: [{ name: '县级网络管理员入门', daysAgo: 420, hours: 12, result: '合格' }],
  },
]

const dayMs = 86_400_000
const zoneMs = 8 * 3_600_000
const dayOf = (at: number) => new Date(at + zoneMs).toISOString().slice(0, 10)

/** What the directory keeps of this person, as of now. */
export function directoryEntryOf({ entry, certificates = [], trainings = [] }: DemoPerson, nowMs: number) {
  return {
    ...entry,
    certificates: certificates.map(({ daysAgo, daysLeft, ...certificate }) => ({
      ...certificate,
      issuedOn: dayOf(nowMs - daysAgo * dayMs),
      ...(daysLeft === undefined ? {} : { expiresOn: dayOf(nowMs + daysLeft * dayMs) }),
    })),
    trainings: trainings.map(({ daysAgo, ...training }) => ({
      ...training,
      heldOn: dayOf(nowMs - daysAgo * dayMs),
    })),
  }
}
