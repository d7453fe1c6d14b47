/** What is done for a request or a change. */
export default {
  title: '任务',
  none: '没有任务',
  mine: '我的任务',
  noneMine: '没有等您办的任务',
  done: '完成',
  skip: '跳过',
  reopen: '重新打开',
  due: '{at} 前',
  doneBy: '{name}，{at}',
  'state.waiting': '等待前序',
  'state.open': '进行中',
  'state.done': '已完成',
  'state.skipped': '已跳过',
  progress: '{done} / {all}',
  skipTitle: '跳过“{name}”',
  skipText: '写明为什么不做；后续任务随即开始。',
} as const
