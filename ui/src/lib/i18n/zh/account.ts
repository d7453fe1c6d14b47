export default {
  title: '我的账号',
} as const
