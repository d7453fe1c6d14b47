/** Incidents of an ordinary morning in the demo, each at another point of what people do together. */
import type { NewTicket } from '../desk/schema.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Services } from '../services.ts'

type Needed = Pick<Services, 'identity' | 'desk'>

interface People {
  /** Of a county. */
  reporter: Viewer
  /** Of the hotline. */
  agent: Viewer
  /** Of the city. */
  engineer: Viewer
  /** Of the province. */
  head: Viewer
}

/** Answers the tickets; none where the demo's people are missing. */
export async function demoTickets(services: Needed): Promise<string[]> {
  const names = ['liuyang', 'zhangli', 'zhaolei', 'chenjing'] as const
  const [reporter, agent, engineer, head] = await Promise.all(
    names.map((name) => personNamed(services, name)),
  )
  if (!reporter || !agent || !engineer || !head) return []
  const people = { reporter, agent, engineer, head }
  const ids = [
    await rated(services, people),
    await offered(services, people),
    await urged(services, people),
    ...(await gathered(services, people)),
  ]
  await tagged(services, people, ids)
  services.desk.tell(ids)
  return ids
}

/** What the day is called by those who work on it, and the queues that they keep of it. */
async function tagged(
  { desk, identity }: Needed,
  { agent, engineer }: People,
  ids: readonly string[],
): Promise<void> {
  const tags = [['打印'], ['省厅业务'], ['会议保障', '厂商'], ['政务大厅'], ['政务大厅'], ['政务大厅']]
  for (const [at, id] of ids.entries()) await desk.keeping.keeping.retag(engineer, id, tags[at]!, [])
  const page = 'tickets'
  await desk.views.create(agent, { name: '会议保障', page, query: { tag: '会议保障' } })
  const [teamId] = await identity.teamIdsOf(engineer.userId)
  const query = { tab: 'unassigned', priority: 'P1' }
  if (teamId) await desk.views.create(engineer, { name: '没人接的 P1', page, query, teamId, position: 1 })
}

async function personNamed({ identity }: Needed, name: string): Promise<Viewer | undefined> {
  const id = await identity.userNamed(name)
  return id === undefined ? undefined : identity.viewerNamed(id)
}

const report = async ({ desk }: Needed, who: Viewer, ticket: NewTicket): Promise<string> =>
  (await desk.create(who, ticket)).id

async function rated(services: Needed, { reporter, engineer }: People): Promise<string> {
  const { desk } = services
  const title = '办公室打印机显示脱机，文件发不出去'
  const id = await report(services, reporter, { title, description: '昨天还好，今天开机就这样。' })
  await desk.move(engineer, id, { to: 'in_progress' })
  await desk.comment(engineer, id, '请看一下打印机面板上的地址，是不是 192.168 开头？', 'public')
  await desk.comment(reporter, id, '是 169.254.12.7。', 'public')
  await desk.move(engineer, id, { to: 'resolved', resolution: '网线松动，地址没有取到。插紧后重启，恢复。' })
  await desk.together.ratings.rate(reporter, id, { score: 5, text: '电话里一步步教，十分钟就好了。' })
  return id
}

/** It waits for the province's answer. */
async function offered(services: Needed, { reporter, engineer }: People): Promise<string> {
  const { desk } = services
  const title = '访问省厅业务系统很慢，县内和市里都正常'
  const description = '打开一页要半分钟，各科室都一样，上午九点开始。'
  const id = await report(services, reporter, { title, description, impact: 2, urgency: 1 })
  await desk.move(engineer, id, { to: 'in_progress' })
  await desk.comment(engineer, id, '市到省线路利用率 40%，时延正常，怀疑在省侧出口。', 'internal')
  const above = async () =>
    (await desk.together.escalating.targets(engineer, id)).find(({ kind }) => kind === 'above')?.id
  await desk.assign(engineer, id, { teamId: await above() })
  const teamId = await above()
  const reason = '市到省链路正常，traceroute 停在省厅防火墙之前，请协助查看。'
  if (teamId) await desk.together.escalating.offer(engineer, id, { teamId, reason })
  return id
}

async function urged(services: Needed, { reporter, engineer, head }: People): Promise<string> {
  const { desk } = services
  const title = '视频会议终端注册不上'
  const description = '周四有全省防汛调度会，请务必在此之前修好。'
  const id = await report(services, reporter, { title, description })
  await desk.move(engineer, id, { to: 'in_progress' })
  await desk.move(engineer, id, { to: 'pending', reason: 'vendor', text: '厂商答复今天下午到场' })
  await desk.together.urging.urge(head, id, '周四的会议厅领导参加，请今天内解决并回复。')
  return id
}

/** A major incident, what callers told of it, and who has it too. */
async function gathered(services: Needed, { reporter, agent, engineer }: People): Promise<string[]> {
  const { desk } = services
  const { gathering, meToos } = desk.together
  const regionId = (await services.identity.homeOf(reporter.userId))!
  const place = { regionId, channel: 'phone' as const, description: '' }
  const title = '政务大厅多个窗口上不了网'
  const contact = { name: '大厅值班室', phone: '0311-88020110' }
  const id = await report(services, agent, { ...place, title, contact, impact: 1, urgency: 1 })
  await desk.move(engineer, id, { to: 'in_progress' })
  const text = '大厅汇聚交换机故障，备机已在路上，预计 11 点前恢复。'
  await gathering.setMajor(engineer, id, { major: true, text })
  const callers = [
    { title: '三号窗口系统打不开', contact: { name: '不动产窗口', phone: '0311-88020113' } },
    { title: '自助机显示无网络', contact: { name: '社保窗口', phone: '0311-88020117' } },
  ]
  const children = []
  for (const caller of callers) {
    const child = await report(services, agent, { ...place, ...caller })
    await gathering.setParent(engineer, child, id)
    children.push(child)
  }
  await meToos.addFor(id, { userId: reporter.userId, text: '二楼也是' })
  await meToos.addFor(id, { userId: null, name: '税务窗口', phone: '0311-88020121' })
  return [id, ...children]
}
