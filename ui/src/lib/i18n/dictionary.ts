import zhAccount from './zh/account.ts'
import zhAlarms from './zh/alarms.ts'
import zhAudit from './zh/audit.ts'
import zhAvailability from './zh/availability.ts'
import zhChart from './zh/chart.ts'
import zhChecks from './zh/checks.ts'
import zhRooms from './zh/rooms.ts'
import zhServices from './zh/services.ts'
import zhCollectors from './zh/collectors.ts'
import zhCommon from './zh/common.ts'
import zhConditions from './zh/conditions.ts'
import zhDemo from './zh/demo.ts'
import zhDesk from './zh/desk.ts'
import zhDevices from './zh/devices.ts'
import zhImpact from './zh/impact.ts'
import zhLogs from './zh/logs.ts'
import zhNotify from './zh/notify.ts'
import zhLinks from './zh/links.ts'
import zhOverview from './zh/overview.ts'
import zhPerformance from './zh/performance.ts'
import zhSetup from './zh/setup.ts'
import zhSignin from './zh/signin.ts'
import zhPolicy from './zh/policy.ts'
import zhAccess from './zh/access.ts'
import zhUsers from './zh/users.ts'
import zhWindows from './zh/windows.ts'
import enAccount from './en/account.ts'
import enAlarms from './en/alarms.ts'
import enAudit from './en/audit.ts'
import enAvailability from './en/availability.ts'
import enChart from './en/chart.ts'
import enChecks from './en/checks.ts'
import enRooms from './en/rooms.ts'
import enServices from './en/services.ts'
import enCollectors from './en/collectors.ts'
import enCommon from './en/common.ts'
import enConditions from './en/conditions.ts'
import enDemo from './en/demo.ts'
import enDesk from './en/desk.ts'
import enDevices from './en/devices.ts'
import enImpact from './en/impact.ts'
import enLogs from './en/logs.ts'
import enNotify from './en/notify.ts'
import enLinks from './en/links.ts'
import enOverview from './en/overview.ts'
import enPerformance from './en/performance.ts'
import enSetup from './en/setup.ts'
import enSignin from './en/signin.ts'
import enPolicy from './en/policy.ts'
import enAccess from './en/access.ts'
import enUsers from './en/users.ts'
import enWindows from './en/windows.ts'

/** `{n}` is filled from the parameters; forms of plural are chosen by the parameter `n`. */
export type Message = string | { one: string; other: string }
/** What a translation has to provide: every key of the Chinese source, no other. */
export type Translation<Source> = Record<keyof Source, Message>

const zh = {
  common: zhCommon,
  overview: zhOverview,
  impact: zhImpact,
  signin: zhSignin,
  policy: zhPolicy,
  access: zhAccess,
  users: zhUsers,
  setup: zhSetup,
  links: zhLinks,
  devices: zhDevices,
  chart: zhChart,
  availability: zhAvailability,
  performance: zhPerformance,
  checks: zhChecks,
  rooms: zhRooms,
  services: zhServices,
  conditions: zhConditions,
  alarms: zhAlarms,
  desk: zhDesk,
  demo: zhDemo,
  account: zhAccount,
  audit: zhAudit,
  collectors: zhCollectors,
  logs: zhLogs,
  windows: zhWindows,
  notify: zhNotify,
}
type Areas = typeof zh

/** `area.key`; keys of `common` also stand alone: `t('link.down')`. */
export type Key =
  | {
      [A in keyof Areas]: keyof Areas[A] extends never ? never : `${A}.${keyof Areas[A] & string}`
    }[keyof Areas]
  | keyof Areas['common']

const flatten = (areas: Record<string, Record<string, Message>>) =>
  new Map(
    Object.entries(areas).flatMap(([area, words]) =>
      Object.entries(words).flatMap(([key, message]): [string, Message][] =>
        area === 'common'
          ? [
              [key, message],
              [`${area}.${key}`, message],
            ]
          : [[`${area}.${key}`, message]],
      ),
    ),
  )

export const dictionaries = {
  zh: flatten(zh),
  en: flatten({
    common: enCommon,
    overview: enOverview,
    impact: enImpact,
    signin: enSignin,
    policy: enPolicy,
    access: enAccess,
    users: enUsers,
    setup: enSetup,
    links: enLinks,
    devices: enDevices,
    chart: enChart,
    availability: enAvailability,
    performance: enPerformance,
    checks: enChecks,
    rooms: enRooms,
    services: enServices,
    conditions: enConditions,
    alarms: enAlarms,
    desk: enDesk,
    demo: enDemo,
    account: enAccount,
    audit: enAudit,
    collectors: enCollectors,
    logs: enLogs,
    windows: enWindows,
    notify: enNotify,
  }),
}
export type Locale = keyof typeof dictionaries
