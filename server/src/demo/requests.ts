/** What a few people of the demo asked for, each a step further than the one before. */
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Services } from '../services.ts'

/** How far it has come: it waits, was refused, is worked on (so many tasks done), is done, was signed for. */
type Stage = 'asked' | 'refused' | number | 'fulfilled' | 'signed'

interface Wish {
  key: string
  by: 'liuyang' | 'zhaolei'
  stage: Stage
  answers: (at: { siteId: string; nowMs: number }) => Record<string, unknown>
}

const wishes: readonly Wish[] = [
  { key: 'consumables', by: 'liuyang', stage: 'signed', answers: ({ siteId }) => ({ site: siteId, lines: [{ kind: '打印纸', model: 'A4 70g', count: 10 }] }) },
  { key: 'ip-phone', by: 'zhaolei', stage: 'refused', answers: ({ siteId }) => ({ site: siteId, kind: '开通', room: '312', name: '值班室', rights: ['内线', '国内长途'] }) },
  { key: 'software-support', by: 'liuyang', stage: 0, answers: () => ({ kind: '报错', software: '预算一体化客户端 3.2', error: '证书已过期', problem: '更新证书后仍然报错，换一台电脑也一样。', remote: '同意' }) },
  { key: 'consumables', by: 'liuyang', stage: 1, answers: ({ siteId }) => ({ site: siteId, lines: [{ kind: '硒鼓', model: 'CF228A', count: 2 }, { kind: '网线', model: '六类 3 米', count: 6 }] }) },
  { key: 'repair', by: 'liuyang', stage: 'fulfilled', answers: ({ siteId }) => ({ site: siteId, kind: '打印机', asset: 'ZD-2021-0147', symptom: '卡纸，打印有竖线。', where: '上门' }) },
  { key: 'video-conference', by: 'zhaolei', stage: 1, answers: ({ siteId, nowMs }) => ({ title: '防汛调度视频会', startsAt: nowMs + 2 * dayMs, minutes: 90, main: siteId, others: '各县（区）局', level: '重要', rehearsal: nowMs + dayMs }) },
  { key: 'equipment-purchase', by: 'zhaolei', stage: 'asked', answers: ({ siteId }) => ({ site: siteId, lines: [{ name: '接入交换机', model: '24 口千兆，三层', count: 2, price: 6800 }, { name: '光模块', model: '1.25G 单模', count: 4, price: 180 }], reason: '扩容', budget: 15000, purpose: '三楼新增办公区 40 个信息点，现有交换机端口已用完。' }) },
  { key: 'account-access', by: 'liuyang', stage: 'asked', answers: () => ({ kind: '开通账号', system: '预算管理一体化', person: '孙悦', post: '预算股科员', rights: '预算编制录入、查询' }) },
  { key: 'data-restore', by: 'liuyang', stage: 'asked', answers: ({ nowMs }) => ({ kind: '文件', what: '共享盘 /2026/决算/县级汇总.xlsx', at: nowMs - dayMs, target: '原位置', why: '昨天下午误覆盖。' }) },
] // prettier-ignore

const contact = { contact: '刘洋', phone: '0311-88021234' }
const signature = [[120, 120, 160, 90, 240, 80, 250, 200, 150, 260], [320, 100, 420, 90], [370, 60, 365, 280, 340, 300], [500, 90, 640, 90, 560, 180, 520, 280, 680, 260]] // prettier-ignore

type Needed = Pick<Services, 'identity' | 'items' | 'requests' | 'approvals' | 'tasks' | 'state'>

/** Once; answers the tickets. */
export async function demoRequests(services: Needed, nowMs: number): Promise<string[]> {
  const { identity } = services
  const head = await personNamed(identity, 'chenjing')
  const ids: string[] = []
  for (const wish of wishes) {
    const person = await personNamed(identity, wish.by)
    if (!head || !person) return ids
    ids.push(await fulfil(services, { wish, person, head, nowMs }))
  }
  return ids
}

type Person = NonNullable<Awaited<ReturnType<typeof personNamed>>>

async function personNamed(identity: Needed['identity'], username: string) {
  const id = await identity.userNamed(username)
  return id === undefined ? undefined : identity.viewerNamed(id)
}

async function fulfil(
  { identity, items, requests, approvals, tasks, state }: Needed,
  { wish, person, head, nowMs }: { wish: Wish; person: Person; head: Person; nowMs: number },
): Promise<string> {
  const home = await identity.homeOf(person.userId)
  const siteId = [...state.model.sites.values()].find(({ regionId }) => regionId === home)?.id ?? ''
  const item = (await items.offered(person)).items.find(({ key }) => key === wish.key)!
  const answers = { ...contact, ...wish.answers({ siteId, nowMs }) }
  const id = await requests.order(person, { itemId: item.id, answers })
  if (wish.stage === 'asked') return id
  for (const { votes } of await approvals.stepsOf(head, id))
    if (wish.stage === 'refused')
      return approvals.decide(head, votes[0]!.id, { approved: false, text: '长途权限须由办公室统一申请。' }).then(() => id) // prettier-ignore
    else await approvals.decide(head, votes[0]!.id, { approved: true })
  const planned = (await tasks.ofTicket(head, id)).items
  const done = typeof wish.stage === 'number' ? wish.stage : planned.length
  for (const task of planned.slice(0, done)) await tasks.change(head, task.id, { state: 'done' })
  if (wish.stage === 'signed')
    await requests.sign(person, id, { name: person.displayName, strokes: signature })
  return id
}
