/** What agents ask of the desk all day. */
export type Act = 'list' | 'filter' | 'counts' | 'search' | 'open' | 'comment'

export interface Ask {
  method: 'GET' | 'POST'
  url: string
  body?: unknown
}

/** Of a hundred requests. */
const mix: [act: Act, of: number][] = [
  ['list', 30],
  ['filter', 15],
  ['counts', 10],
  ['search', 10],
  ['open', 25],
  ['comment', 10],
]
export const acts = mix.map(([act]) => act)
const order = acts.flatMap((act) => Array.from({ length: mix.find(([name]) => name === act)![1] }, () => act))

/** Spread over the hundred, the same on every run. */
export const actOf = (n: number): Act => order[(n * 37) % order.length]!

const lists = ['state=open&sort=due', 'assignee=me&state=open&sort=due', 'assignee=none&state=open&sort=due', 'phase=done&sort=updated', 'sort=created', 'watching=true&state=open', 'state=open&sort=priority', 'state=open&sort=updated'] // prettier-ignore
const filters = [
  'category=category-3&phase=open&sort=due',
  'category=category-3&phase=done&sort=updated',
  'category=category-7&sort=created',
  'kind=problem&sort=created',
  'kind=problem&phase=done&sort=updated',
  'kind=change&sort=created',
  'channel=api&sort=updated',
  'channel=email&priority=P1&sort=created',
  'priority=P1&state=open&sort=due',
  'state=cancelled&sort=created',
  'state=resolved&sort=updated',
  'breached=true',
  'phase=waiting&sort=due',
  'tag=tag-13&sort=created',
  'tag=tag-13&phase=open&sort=due',
  'siteId=sit_17&sort=created',
  'assignee=me&sort=created',
  'requesterId=me&sort=updated',
  'major=true&sort=created',
  'assignee=none&phase=done&sort=updated',
]
const words = ['路由器', '打印机卡纸', '端口不通', 'E-1042', '视频终端画面卡顿', '专线丢包', '业务', '无线网络提示密码错误', '风扇', '没有的词'] // prettier-ignore

/** What the `n`-th request of an agent asks; `ticketIds` are such as they have just seen. */
export function askOf(act: Act, n: number, ticketIds: readonly string[]): Ask {
  const at = <T>(all: readonly T[]) => all[n % all.length]!
  switch (act) {
    case 'list':
      return { method: 'GET', url: `/tickets?limit=50&${at(lists)}` }
    case 'filter':
      return { method: 'GET', url: `/tickets?limit=50&${at(filters)}` }
    case 'counts':
      return { method: 'GET', url: '/tickets/counts' }
    case 'search':
      return { method: 'GET', url: `/tickets?limit=50&q=${encodeURIComponent(at(words))}` }
    case 'open':
      return { method: 'GET', url: `/tickets/${at(ticketIds)}` }
    case 'comment':
      return { method: 'POST', url: `/tickets/${at(ticketIds)}/comments`, body: { text: `第 ${n} 次跟进：已联系用户`, visibility: 'public' } } // prettier-ignore
  }
}
