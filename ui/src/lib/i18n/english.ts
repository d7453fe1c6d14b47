/** All words in English. */
import enAccount from './en/account.ts'
import enAlarms from './en/alarms.ts'
import enAudit from './en/audit.ts'
import enAvailability from './en/availability.ts'
import enChart from './en/chart.ts'
import enChecks from './en/checks.ts'
import enPoints from './en/points.ts'
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
import enMail from './en/mail.ts'
import enNotify from './en/notify.ts'
import enLinks from './en/links.ts'
import enOverview from './en/overview.ts'
import enPerformance from './en/performance.ts'
import enSetup from './en/setup.ts'
import enSignin from './en/signin.ts'
import enPolicy from './en/policy.ts'
import enAccess from './en/access.ts'
import enUsers from './en/users.ts'
import enClocks from './en/clocks.ts'
import enProblems from './en/problems.ts'
import enChanges from './en/changes.ts'
import enFiles from './en/files.ts'
import enKnowledge from './en/knowledge.ts'
import enForms from './en/forms.ts'
import enApprovals from './en/approvals.ts'
import enTasks from './en/tasks.ts'
import enCatalogue from './en/catalogue.ts'
import enPortal from './en/portal.ts'
import enAnswers from './en/answers.ts'
import enHotline from './en/hotline.ts'
import enDiscovery from './en/discovery.ts'
import enTopology from './en/topology.ts'
import enProfiles from './en/profiles.ts'
import enWindows from './en/windows.ts'

export default {
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
  points: enPoints,
  services: enServices,
  conditions: enConditions,
  alarms: enAlarms,
  desk: enDesk,
  demo: enDemo,
  account: enAccount,
  audit: enAudit,
  collectors: enCollectors,
  logs: enLogs,
  files: enFiles,
  knowledge: enKnowledge,
  portal: enPortal,
  answers: enAnswers,
  hotline: enHotline,
  forms: enForms,
  approvals: enApprovals,
  tasks: enTasks,
  catalogue: enCatalogue,
  windows: enWindows,
  profiles: enProfiles,
  discovery: enDiscovery,
  topology: enTopology,
  changes: enChanges,
  problems: enProblems,
  clocks: enClocks,
  mail: enMail,
  notify: enNotify,
}
