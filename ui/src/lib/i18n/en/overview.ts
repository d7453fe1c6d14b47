import type { Translation } from '../dictionary.ts'
import type zh from '../zh/overview.ts'

export default {
  title: 'Overview',
  links: { one: '{n} link', other: '{n} links' },
  map: 'Network of {region}',
  mapText: '{total} links, {abnormal} of them abnormal; the same can be read as a table',
  groupTitle: '{upper}–{n} counties',
  hidden: '{n} below unknown',
  moreFindings: '{n} more abnormal',
  legend: 'Outer bars: load now',
  clickCity: 'Click a city to open it',
  escBack: 'Esc: back to {region}',
  load: 'Load {n} %',
  loadUnknown: 'Load unknown',

  'cause.allDown': 'all down',
  'cause.onlyDown': 'circuit down',
  'cause.primaryDown': 'primary down',
  'cause.movedAway': 'traffic on backup',
  'cause.degraded': 'poor quality',
  'cause.loss': 'loss {value} %',
  'cause.load': 'out {value} %',
  'cause.loadIn': 'in {value} %',
  'cause.jitter': 'jitter {value} ms',
  'cause.rtt': 'delay {value} ms',
  'cause.backupDown': 'backup down',
  'cause.backupUnknown': 'backup unknown',
  'cause.unknown': 'no evidence',

  emptyMap: 'No links in this region yet',
  emptyMapText: 'Once devices and circuits are entered, the three tiers are drawn here',
  addDevices: 'Add devices',

  tableState: 'State',
  tableLink: 'Link',
  tableSince: 'Since',
  tableCause: 'Cause',
  tableCarrier: 'Carried by',
  tableLoad: 'Load %',
  tableRtt: 'Delay ms',
  tableTicket: 'Ticket',

  past24h: 'Past 24 hours',
  abnormalLinks: 'Abnormal links',
  historyText: 'Past 24 hours: at most {n} links abnormal, now {now}',

  alarmsCount: '{n}, explaining {explained}',
  unacknowledged: '{n} unclaimed',
  noAlarms: 'No root alarms',
  noAlarmsText: 'All is known in this region and nothing waits',
  folded: { one: '{n} alarm explained by it', other: '{n} alarms explained by it' },
  moreAlarms: '{n} more',

  tickets: 'Open tickets',
  ticketsOldest: 'by priority, oldest first',
  noTickets: 'No open tickets',

  changes: 'Recent changes',
  noChanges: 'No state changed in the past 24 hours',
  changed: '{from} → {to}',
  recovered: 'back to {to}',

  'alarm.value': '{value} {unit}, limit {limit} {unit}',
  'alarm.valueOnly': '{value} {unit}',
} satisfies Translation<typeof zh>
