/** What sensors and parts say of themselves [inventory profiles, collector/sensors], in the words of tickets and messages. */
const words: Partial<Record<string, string>> = {
  none: '无输出',
  bypass: '旁路',
  battery: '电池供电',
  low: '电量低',
  depleted: '电量耗尽',
  down: '断开',
  off: '关',
  'not active': '未工作',
  'does not supply': '不供电',
  abnormal: '异常',
  failed: '失效',
  warning: '告警',
  critical: '严重',
  absent: '不在位',
  'not present': '不在位',
  'not installed': '未安装',
  'not functioning': '不工作',
  'shut down': '已关闭',
  'in fault': '故障',
}

export const sensorSays = (text: string): string => words[text] ?? text
