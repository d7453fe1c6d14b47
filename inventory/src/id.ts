import { randomBytes } from 'node:crypto'

/** One prefix a table: what an id names can be read from the id alone. */
export const idPrefixes = {
  region: 'reg',
  organisation: 'org',
  site: 'sit',
  device: 'dev',
  interface: 'ifc',
  sensor: 'sns',
  circuit: 'cir',
  link: 'lnk',
  credential: 'crd',
  collector: 'col',
  alarm: 'alm',
  ticket: 'tkt',
  entry: 'tle',
  user: 'usr',
  team: 'tem',
  session: 'ses',
  grant: 'grt',
  job: 'job',
  fault: 'flt',
  stateChange: 'sch',
  file: 'fil',
  audit: 'aud',
  token: 'tok',
  provider: 'idp',
  recoveryCode: 'rcv',
  passwordRecord: 'pwd',
  check: 'chk',
  checkPoint: 'chp',
  finding: 'fnd',
  rule: 'rul',
  alarmEvent: 'ale',
  policy: 'pol',
  window: 'win',
  outageCause: 'otc',
  drill: 'drl',
  logRecord: 'log',
  logRule: 'lgr',
  channel: 'chn',
  route: 'rte',
  roster: 'ros',
  shift: 'shf',
  thread: 'thr',
  delivery: 'dlv',
  relation: 'rel',
  service: 'svc',
  room: 'rom',
  rack: 'rck',
  meToo: 'met',
  escalation: 'esc',
  cannedAnswer: 'ans',
  view: 'viw',
  calendar: 'cal',
  target: 'tgt',
  clock: 'clk',
  escalationRule: 'esr',
  mailbox: 'mbx',
  dismissal: 'dsm',
  mail: 'mai',
  call: 'cll',
  line: 'lin',
  catalogueItem: 'itm',
  approvalStep: 'aps',
  approval: 'apv',
  deputy: 'dep',
  task: 'tsk',
  changeModel: 'mdl',
  freeze: 'frz',
  booking: 'bkg',
  article: 'art',
  articleVersion: 'arv',
  search: 'sea',
  discovery: 'dsc',
  find: 'fin',
  point: 'pnt',
} as const
export type EntityKind = keyof typeof idPrefixes

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford base 32
let lastMs = 0
let sequence = 0

function base32(value: number, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text
  return text
}

/** A short id that sorts by creation within one process: 9 digits of milliseconds, 3 of sequence, 6 random. */
export function newId(kind: EntityKind, nowMs = Date.now()): string {
  sequence = nowMs === lastMs ? sequence + 1 : 0
  lastMs = nowMs
  const random = randomBytes(4).readUInt32BE() % 32 ** 6
  return `${idPrefixes[kind]}_${base32(nowMs, 9)}${base32(sequence, 3)}${base32(random, 6)}`
}

/** The kind an id names, or undefined for a stranger. */
export function kindOfId(id: string): EntityKind | undefined {
  const prefix = id.slice(0, id.indexOf('_'))
  return (Object.keys(idPrefixes) as EntityKind[]).find((kind) => idPrefixes[kind] === prefix)
}
