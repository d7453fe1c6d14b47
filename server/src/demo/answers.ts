/** Ready answers of the demo's hotline: what is said on every ordinary day. */
import type { Services } from '../services.ts'

type Needed = Pick<Services, 'identity' | 'desk'>

const answers = [
  { shortcut: 'slgz', title: '已受理', body: '{requester.name}，您好：您反映的“{ticket.title}”已受理，单号 {ticket.number}，由{team.name}处理，进展会在这里告知。' },
  { shortcut: 'xlzd', title: '运营商线路中断', body: '经查，{site.name}的运营商线路中断，已向运营商报障并跟踪抢修。备用线路正常时业务不受影响，可能稍慢；恢复后第一时间告知。' },
  { shortcut: 'tdjc', title: '请先查看现场供电', body: '监测显示{site.name}的设备全部失联，疑似停电。请查看机房市电和 UPS 是否正常，并把设备面板的照片发上来。' },
  { shortcut: 'bcxx', title: '请补充信息', body: '为尽快定位，请补充：出现问题的电脑 IP、开始时间、同一办公室其他人是否正常，有报错请附截图。' },
  { shortcut: 'yjjj', title: '已解决，请确认', body: '{requester.name}，您好：问题已处理完毕，请试用。如仍有异常，直接在这里回复即可，工单会重新打开。\n{agent.name}' },
] // prettier-ignore

/** Answers their ids; none where the demo's agent is missing. */
export async function demoAnswers({ identity, desk }: Needed): Promise<string[]> {
  const [id, root] = [await identity.userNamed('zhangli'), await identity.rootRegion()]
  const agent = id === undefined ? undefined : await identity.viewerNamed(id)
  if (!agent || !root) return []
  const ids: string[] = []
  for (const answer of answers)
    ids.push((await desk.answers.create(agent, { ...answer, regionId: root.id })).id)
  return ids
}
