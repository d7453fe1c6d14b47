/** Service clocks and what they run by: targets, calendars, escalation. */
export default {
  title: '时限',
  paused: '暂停',
  always: '7×24',
  uncertain: '到期日所在年份的法定节假日尚未公布，暂按周末计算。',
  dueAt: '到期 {time}',
  breachedAt: '已于 {time} 超时',
  'standing.ok': '计时中',
  'standing.warn': '将超时',
  'standing.breach': '已超时',
  'standing.hold': '暂停',
  'standing.met': '达标',
  'measure.response': '响应',
  'measure.resolution': '解决',
  'measure.closing': '自动关闭',
}
