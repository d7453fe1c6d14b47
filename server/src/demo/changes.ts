import { dateOf, dayMs, minuteOfDate } from '@zongheng/inventory/zone.ts'
import type { NewChange } from '../changes/ticket-schema.ts'
import type { NewTicketOf } from '../desk/book.ts'
import type { CircuitModel, LinkModel } from '../estate/model.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Services } from '../services.ts'

type Needed = Pick<
  Services,
  'identity' | 'state' | 'changes' | 'planning' | 'approvals' | 'desk' | 'audit' | 'problems'
>
const hourMs = 3_600_000
const minuteMs = 60_000

/** Changes on each step of their way, and a problem behind incidents, as a city's engineer leaves them; once. */
export async function seedChanges(services: Needed, nowMs: number, timeZone: string): Promise<void> {
  const engineer = await personNamed(services, 'zhaolei')
  const manager = await personNamed(services, 'chenjing')
  if (!engineer || !manager) return
  if ((await services.changes.list(engineer, { limit: 1 })).items.length > 0) return
  const links = linksOf(services, engineer)
  if (links.length < 4) return
  await seedPlans(services, { engineer, manager, links, nowMs, timeZone })
  await seedProblem(services, engineer, links)
}

async function personNamed({ identity }: Needed, name: string): Promise<Viewer | undefined> {
  const id = await identity.userNamed(name)
  return id === undefined ? undefined : identity.viewerOf(id)
}

const linksOf = ({ state }: Needed, { regionPaths }: Viewer): LinkModel[] =>
  [...state.model.links.values()].filter(({ regionId }) => {
    const path = state.model.regions.get(regionId)?.path ?? ''
    return regionPaths.some((root) => path.startsWith(root) && path !== root)
  })

interface Stage {
  engineer: Viewer
  manager: Viewer
  links: LinkModel[]
  nowMs: number
  timeZone: string
}

const texts = {
  plan: '1. 备份配置\n2. 确认备线承载业务\n3. 实施并核对',
  testPlan: '检查端口、路由和支付业务访问',
  backout: '恢复备份的配置，切回原线路',
}

async function seedPlans(
  services: Needed,
  { engineer, manager, links, nowMs, timeZone }: Stage,
): Promise<void> {
  const { changes, desk, approvals, planning } = services
  const at = (inDays: number, hour: number) =>
    minuteOfDate(dateOf(nowMs + inDays * dayMs, timeZone), hour * 60, timeZone)
  const lasting = (startsAt: number, hours: number) => ({ startsAt, endsAt: startsAt + hours * hourMs })
  const draft = async (change: Omit<NewChange, keyof typeof texts>, ...states: string[]) => {
    const { ticket } = await changes.create(engineer, { ...texts, ...change })
    for (const to of states) await desk.move(engineer, ticket.id, { to })
    return ticket.id
  }
  const tasks = [{ name: '备份配置' }, { name: '实施', follows: [1] }, { name: '核对业务', follows: [2] }]
  const [first, second, third, fourth] = links as [LinkModel, LinkModel, LinkModel, LinkModel]
  const site = (link: LinkModel) => link.lowerSiteId

  const [model] = (await planning.models(manager, { limit: 1 })).items
  if (model) {
    const { durationMinutes } = model.template
    const startsAt = at(2, 22)
    await draft(
      { type: 'standard', modelId: model.id, title: `${first.name}：${model.name}`, reason: '', entityIds: [first.circuits[0]!.id], startsAt, endsAt: startsAt + durationMinutes * minuteMs }, // prettier-ignore
      'submitted',
    )
  }
  await draft(
    { type: 'normal', title: `${second.name}线路割接`, reason: '运营商更换传输设备', entityIds: [second.circuits[0]!.id], tasks, ...lasting(at(4, 23), 3) }, // prettier-ignore
    'submitted',
    'assessed',
  )
  await approveAll(approvals, manager)
  await draft(
    { type: 'normal', title: `${third.name}路由器软件升级`, reason: '现版本有已知缺陷', entityIds: [site(third)], tasks, ...lasting(at(5, 22), 2) }, // prettier-ignore
    'submitted',
    'assessed',
  )
  await draft({
    type: 'normal',
    title: `${fourth.name}机房电源整改`,
    reason: 'UPS 更换',
    entityIds: [site(fourth)],
    ...lasting(at(3, 9), 2), // over a conference
  })
  const emergency = await draft(
    { type: 'emergency', title: `${fourth.name}抢通光缆`, reason: '施工挖断', entityIds: [fourth.circuits[0]!.id], ...lasting(nowMs - hourMs, 3) }, // prettier-ignore
    'submitted',
    'implementing',
  )
  await desk.move(engineer, emergency, { to: 'review', resolutionCode: 'successful', text: '已熔接，业务恢复' }) // prettier-ignore
}

async function approveAll(approvals: Services['approvals'], manager: Viewer): Promise<void> {
  for (let asked = await askedOf(approvals, manager); asked; asked = await askedOf(approvals, manager))
    await approvals.decide(manager, asked, { approved: true, text: '同意，注意备线' })
}

const askedOf = async (approvals: Services['approvals'], manager: Viewer) =>
  (await approvals.asked(manager, { limit: 1 })).items[0]?.id

/** Two incidents that a known error explains, and three on another line that nobody has looked behind yet. */
async function seedProblem(services: Needed, engineer: Viewer, links: LinkModel[]): Promise<void> {
  const { problems, desk } = services
  const [known, open] = [links[0]!, links[1]!]
  const caused = [
    await past(services, engineer, known, `${known.name}主线丢包`),
    await past(services, engineer, known, `${known.name}业务访问缓慢`),
  ]
  for (const title of ['主线中断', '主线闪断', '专线中断后恢复'])
    await past(services, engineer, open, `${open.name}${title}`)
  const { ticket } = await problems.create(engineer, {
    title: `${known.name}主线反复丢包`,
    description: '近期多次丢包，集中在午后，与温度有关。',
    incidentIds: caused,
  })
  await desk.move(engineer, ticket.id, { to: 'investigating' })
  await problems.change(engineer, ticket.id, {
    workaround: '把业务切到备线，报运营商测光功率；恢复后再切回。',
    rootCause: '接入侧光模块老化，高温时收光低于门限',
  })
  await desk.move(engineer, ticket.id, { to: 'known_error' })
}

/** One that was resolved already: it is in nobody's way. */
async function past(
  { audit, desk }: Needed,
  { userId }: Viewer,
  link: LinkModel,
  title: string,
): Promise<string> {
  const circuit = link.circuits[0] as CircuitModel
  const incident: NewTicketOf = {
    kind: 'incident',
    title,
    description: '',
    channel: 'phone',
    rating: 'P3',
    regionId: link.regionId,
    siteId: link.lowerSiteId,
    requesterId: userId,
    category: '线路',
    entities: [{ type: 'circuit', id: circuit.id, name: `${link.name}主线`, role: 'cause' }],
  }
  return audit.write(async (tx, note) => {
    const id = await desk.open(tx, note, incident)
    await desk.moveAs(tx, note, id, { to: 'resolved', text: '运营商处理后恢复' }, null)
    return id
  })
}
