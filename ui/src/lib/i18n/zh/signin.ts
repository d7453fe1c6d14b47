export default {
  title: '登录',
  account: '账号',
  password: '密码',
  missing: '请输入账号和密码',
  footer: '登录与操作均留记录。连续多次失败后，每次重试都要等待更久。',
  working: '登录中',
  or: '或',
  directory: '可用本系统账号，或单位目录的账号',
  wait: '尝试次数过多，请在 {time}后再试',

  second: '双因素验证',
  code: '动态口令，6 位',
  codeText: '请输入验证器应用里现在显示的数字',
  recovery: '恢复码',
  recoveryText: '每个恢复码只能用一次',
  useCode: '改用动态口令',
  useRecovery: '没有带手机？用恢复码',
  restart: '换个账号',

  change: '请设置新密码',
  changeText: '这个密码是别人给的或已经过期，换成自己的才能继续。',
  changeAndOn: '更改并进入',

  enrol: '请启用双因素验证',
  enrolText: '按安全策略，你的角色登录时除密码外还要动态口令。启用后才能继续。',

  'problem.wrong-credentials': '账号或密码不对',
  'problem.wrong-code': '验证码不对或已用过',
  'problem.unauthenticated': '等待太久，请重新登录',
  'problem.other': '没有登录成功（{code}）',
} as const
