export default {
  title: '审计',
} as const
