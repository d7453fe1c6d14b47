export default {
  title: '登录',
  account: '账号',
  password: '密码',
  wrong: '账号或密码不对',
  missing: '请输入账号和密码',
  footer: '登录与操作均留记录。连续 5 次失败后，每次重试都要等待更久。',
  working: '登录中',
} as const
