export default {
  title: '采集器',
} as const
