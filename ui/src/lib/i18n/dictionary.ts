import zhAccount from './zh/account.ts'
import zhAlarms from './zh/alarms.ts'
import zhAudit from './zh/audit.ts'
import zhAvailability from './zh/availability.ts'
import zhChanges from './zh/changes.ts'
import zhChart from './zh/chart.ts'
import zhChecks from './zh/checks.ts'
import zhPoints from './zh/points.ts'
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
import zhMail from './zh/mail.ts'
import zhNotify from './zh/notify.ts'
import zhLinks from './zh/links.ts'
import zhOverview from './zh/overview.ts'
import zhPerformance from './zh/performance.ts'
import zhSetup from './zh/setup.ts'
import zhSignin from './zh/signin.ts'
import zhPolicy from './zh/policy.ts'
import zhAccess from './zh/access.ts'
import zhUsers from './zh/users.ts'
import zhFiles from './zh/files.ts'
import zhKnowledge from './zh/knowledge.ts'
import zhForms from './zh/forms.ts'
import zhApprovals from './zh/approvals.ts'
import zhTasks from './zh/tasks.ts'
import zhCatalogue from './zh/catalogue.ts'
import zhProblems from './zh/problems.ts'
import zhClocks from './zh/clocks.ts'
import zhPortal from './zh/portal.ts'
import zhAnswers from './zh/answers.ts'
import zhHotline from './zh/hotline.ts'
import zhDiscovery from './zh/discovery.ts'
import zhTopology from './zh/topology.ts'
import zhProfiles from './zh/profiles.ts'
import zhWindows from './zh/windows.ts'

/** `{n}` is filled from the parameters; forms of plural are chosen by the parameter `n`. */
export type Locale = 'zh' | 'en'
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
  points: zhPoints,
  services: zhServices,
  conditions: zhConditions,
  alarms: zhAlarms,
  desk: zhDesk,
  demo: zhDemo,
  account: zhAccount,
  audit: zhAudit,
  collectors: zhCollectors,
  logs: zhLogs,
  files: zhFiles,
  knowledge: zhKnowledge,
  portal: zhPortal,
  answers: zhAnswers,
  hotline: zhHotline,
  forms: zhForms,
  approvals: zhApprovals,
  tasks: zhTasks,
  catalogue: zhCatalogue,
  windows: zhWindows,
  profiles: zhProfiles,
  discovery: zhDiscovery,
  topology: zhTopology,
  changes: zhChanges,
  problems: zhProblems,
  clocks: zhClocks,
  mail: zhMail,
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

export const dictionaries: Record<Locale, Map<string, Message>> = { zh: flatten(zh), en: new Map() }

/** Chinese is always there; English is fetched by whoever reads it, so that it weighs on nobody else's first page. */
export async function learn(locale: Locale): Promise<void> {
  if (locale === 'en' && dictionaries.en.size === 0)
    dictionaries.en = flatten((await import('./english.ts')).default)
}
