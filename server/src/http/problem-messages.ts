export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

/** A text for people, in each language, or one that needs no translation (a device's own words). */
export type Text = string | Record<Language, string>

/** What a code is called. A code that is missing here is titled by its status. */
export const problemTitles: Record<string, Record<Language, string>> = {
  invalid: { zh: '请求内容有误', en: 'The request is not valid' },
  'not-failed': { zh: '这条通知没有失败', en: 'This delivery has not failed' },
  'too-many': { zh: '数量已达上限', en: 'There are too many already' },
  'report-sent': { zh: '这份报障已经提交', en: 'This report was sent already' },
  'bad-cursor': { zh: '分页游标无效', en: 'The cursor is not valid' },
  'bad-json': { zh: '请求不是有效的 JSON', en: 'The request is not valid JSON' },
  unauthenticated: { zh: '请先登录', en: 'Sign in first' },
  'wrong-credentials': { zh: '用户名或密码不正确', en: 'Wrong user name or password' },
  'account-locked': {
    zh: '尝试次数过多，账号已暂时锁定',
    en: 'Too many failures: the account is locked for a while',
  },
  'wrong-code': { zh: '验证码不正确', en: 'Wrong code' },
  'wrong-password': { zh: '密码不正确', en: 'Wrong password' },
  'second-factor-required': { zh: '需要双因素验证', en: 'A second factor is needed' },
  'password-change-required': { zh: '请先修改密码', en: 'Change the password first' },
  'signed-in-elsewhere': {
    zh: '该账号的密码不在本系统中',
    en: 'The password of this account is not kept here',
  },
  'totp-enabled': { zh: '双因素验证已启用', en: 'The second factor is on already' },
  'totp-disabled': { zh: '双因素验证未启用', en: 'There is no second factor' },
  'session-required': { zh: '令牌不能用于此操作，请登录后操作', en: 'Not for tokens: sign in for this' },
  'token-invalid': { zh: '令牌无效或已过期', en: 'The token is not valid, or no longer' },
  'token-in-url': { zh: '网址中不能带令牌', en: 'A token does not belong into an address' },
  'view-as-reads-only': { zh: '以他人视角查看时不能执行此操作', en: 'Not while viewing as someone else' },
  forbidden: { zh: '没有权限', en: 'Not permitted' },
  'foreign-origin': { zh: '拒绝来自其他网站的请求', en: 'A request from another site was refused' },
  'not-found': { zh: '没有找到', en: 'Not found' },
  conflict: { zh: '与现有数据冲突', en: 'In conflict with what exists' },
  'own-article': { zh: '不能审核自己撰写的文章', en: 'One does not publish what one has written oneself' },
  'article-changed': { zh: '别人刚刚改过这篇文章', en: 'Somebody has just changed this article' },
  'article-state': { zh: '文章的当前状态不允许此操作', en: 'Not in the state that the article is in' },
  'file-refused': { zh: '不接受此文件', en: 'This file is not taken' },
  'file-too-large': { zh: '文件过大', en: 'The file is too large' },
  'file-not-scanned': { zh: '文件无法查毒，不能取用', en: 'The file could not be scanned and is kept apart' },
  'file-unscanned': { zh: '文件正在查毒，请稍后再取', en: 'The file is still being scanned' },
  'file-infected': { zh: '文件含有病毒，已隔离', en: 'The file is infected and kept apart' },
  'change-frozen': { zh: '计划时间在封网期内', en: 'Nothing is changed at that time' },
  'change-in-past': { zh: '计划的时间已经过去', en: 'That time is over' },
  'change-fixed': { zh: '变更已提交，不能再改', en: 'The change is submitted' },
  'change-riskier': { zh: '新的时间风险更高', en: 'The new time is riskier' },
  'model-not-approved': { zh: '模板尚未批准', en: 'The model is not approved' },
  'own-model': { zh: '不能批准自己编写的模板', en: 'One does not approve a model of one’s own' },
  'model-changed': { zh: '模板刚刚被修改', en: 'The model has just been changed' },
  'disk-full': { zh: '服务器磁盘已满，文件没有保存', en: 'The disk of the server is full: nothing was kept' },
  unprocessable: { zh: '无法按此要求执行', en: 'This cannot be done' },
  'too-large': { zh: '请求内容过大', en: 'The request is too large' },
  busy: { zh: '服务器正忙，请稍后再试', en: 'The server is busy, try again later' },
  'too-many-requests': { zh: '操作过于频繁，请稍后再试', en: 'Too many attempts, try again later' },
  unavailable: { zh: '服务暂不可用', en: 'Not available at the moment' },
  internal: { zh: '服务器内部错误', en: 'Something went wrong on the server' },
  'setup-done': { zh: '系统已完成初始化', en: 'Setup has been done already' },
  'setup-code': { zh: '设置码不正确', en: 'Wrong setup code' },
  'roles-exclude': { zh: '角色互斥', en: 'These roles exclude one another' },
  'not-yourself': { zh: '不能对自己执行此操作', en: 'Not on your own account' },
  'reaches-further': { zh: '超出您的管理范围', en: 'Beyond what you administer' },
  'team-holds-grants': { zh: '班组持有授权', en: 'The team holds grants' },
  'officer-password': { zh: '不能在此重置三员密码', en: "An officer's password is not reset here" },
  'external-account': { zh: '由外部目录认证', en: 'A directory vouches for this user' },
  'last-officer': { zh: '不能撤销最后一名管理员', en: 'The last officer stays' },
  'grant-exists': { zh: '授权已存在', en: 'The grant is there already' },
  'grant-of-provider': { zh: '授权来自外部目录', en: 'The grant comes from a directory' },
  'team-name-taken': { zh: '班组名称已被使用', en: 'The team name is taken' },
  'default-team': { zh: '系统班组不可更改', en: 'This team stays as it is' },
  'calendar-in-use': { zh: '仍有时限目标使用此日历', en: 'Targets run by this calendar' },
  'team-in-use': { zh: '班组仍在使用', en: 'The team is in use' },
  'wrong-parent': { zh: '不能由该区域管理', en: 'That region cannot manage this one' },
  'no-approver': { zh: '没有可以审批的人', en: 'Nobody can approve it' },
  'already-decided': { zh: '已经审批', en: 'Decided already' },
  'task-waits': { zh: '前面的任务还没有完成', en: 'Earlier tasks are not done yet' },
  'task-followed': { zh: '后续任务已经完成', en: 'A task that follows is over' },
  'item-exists': { zh: '服务项已存在', en: 'The item is there already' },
  'signed-already': { zh: '已经签收', en: 'Signed for already' },
  'changed-meanwhile': { zh: '已有人修改', en: 'Changed meanwhile' },
  'username-taken': { zh: '用户名已被使用', en: 'The user name is taken' },
  'directory-away': { zh: '统一认证服务暂时无法访问', en: 'The directory cannot be reached at the moment' },
  'sign-in-denied': { zh: '统一认证未予通过', en: 'The identity provider declined the sign-in' },
  'sign-in-refused': {
    zh: '统一认证的应答未通过校验',
    en: "The identity provider's answer was not accepted",
  },
  'sign-in-expired': { zh: '登录已过期，请重新开始', en: 'The sign-in has expired, start again' },
  'account-disabled': { zh: '账号已停用', en: 'The account is disabled' },
  'username-unusable': { zh: '用户名不符合要求', en: 'The user name cannot be used here' },
  'provider-in-use': { zh: '还有用户由它认证', en: 'It vouches for users still' },
  'bad-enrolment-token': { zh: '采集器注册码无效', en: 'The enrolment token is not valid' },
  'no-collector': { zh: '没有可用的采集器', en: 'There is no collector' },
  'collector-is-local': { zh: '本机采集器不能吊销', en: 'The collector beside the server cannot be revoked' },
  'collector-away': { zh: '采集器离线', en: 'The collector is away' },
  'not-upgradable': {
    zh: '这台采集器不能从服务器升级：要用安装包安装',
    en: 'This collector is not upgraded from here: it must be installed from an archive',
  },
  'other-platform': { zh: '安装包不适用于这台机器', en: 'The release is for another kind of machine' },
  'same-release': { zh: '已经是这个版本', en: 'It runs this release already' },
  'device-unreachable': { zh: '设备没有应答', en: 'The device did not answer' },
  'credential-again': { zh: '请重新填写凭据', en: 'Give the credential again' },
  'device-carries-circuits': { zh: '设备上还有线路', en: 'The device still carries circuits' },
  'duplicate-address': { zh: '地址已被其他设备使用', en: 'Another device has this address' },
  'duplicate-circuit': { zh: '线路编号重复', en: 'The circuit number is taken' },
  'snmp-incomplete': { zh: 'SNMP 参数不完整', en: 'The SNMP credential is not complete' },
  'bad-spreadsheet': { zh: '无法读取该表格文件', en: 'This is no spreadsheet we can read' },
  'import-refused': {
    zh: '表格中有错误，未导入任何内容',
    en: 'The spreadsheet has errors, nothing was imported',
  },
  'bad-period': { zh: '时间范围有误', en: 'The period is not valid' },
  'series-store-away': {
    zh: '时序数据库暂时无法访问',
    en: 'The store of measured values cannot be reached at the moment',
  },
  'too-many-series': { zh: '请求的数据过多', en: 'More was asked for than is given at once' },
  'not-ranked': { zh: '不能按此排名', en: 'It cannot be ranked so' },
  'no-traffic': { zh: '该对象没有流量', en: 'It carries no traffic' },
  'unknown-metric': { zh: '没有这项指标', en: 'No such metric' },
  'wrong-move': { zh: '当前状态不允许此操作', en: 'The ticket cannot go there from its state' },
  'ticket-changed': { zh: '工单已被他人更改', en: 'Someone else has changed the ticket' },
  'escalation-open': { zh: '已经申请升级，等待对方答复', en: 'It is offered already, and not decided yet' },
  'escalation-decided': { zh: '升级申请已有结论', en: 'The escalation is decided already' },
  'urged-already': { zh: '您刚刚督办过', en: 'You have urged it just now' },
  'wrong-kind': { zh: '这类工单不能这样操作', en: 'Not with a ticket of this kind' },
  'wrong-parent-ticket': { zh: '不能归到这张工单下', en: 'It cannot belong to that ticket' },
  'has-children': { zh: '还有未解决的子工单', en: 'Tickets hang on it that are still open' },
  'cannot-merge': { zh: '这两张工单不能合并', en: 'These two cannot be merged' },
  'cannot-split': { zh: '这类工单不能拆分', en: 'A ticket of this kind is not split' },
  'same-ticket': { zh: '不能关联自己', en: 'A ticket is not linked to itself' },
  'me-too-already': { zh: '已经登记过', en: 'It is noted already' },
  'not-ratable': { zh: '解决后七天内可以评价', en: 'It is rated once it is resolved, within seven days' },
  'rated-already': { zh: '已经评价过，谢谢', en: 'It is rated already, thank you' },
  'too-many-rules': { zh: '条件规则数量已达上限', en: 'There are as many rules as there can be' },
  'too-many-checks': { zh: '拨测数量已达上限', en: 'There are as many checks as there can be' },
  'too-many-relations': { zh: '该对象的关系数量已达上限', en: 'It has as many relations as there can be' },
  'relation-exists': { zh: '已有这条关系', en: 'They are so related already' },
  'relation-circle': { zh: '关系成环', en: 'The relation would close a circle' },
  'relation-ends': { zh: '这两个对象之间不能有这种关系', en: 'These two cannot be so related' },
  'too-many-services': { zh: '业务系统数量已达上限', en: 'There are as many services as there can be' },
  'too-many-rooms': { zh: '机房数量已达上限', en: 'There are as many rooms as there can be' },
  'too-many-racks': { zh: '机柜数量已达上限', en: 'There are as many racks as there can be' },
  'units-taken': { zh: 'U 位已被占用', en: 'The units are taken' },
  'rack-full': { zh: '机柜中有设备超出这个高度', en: 'Something stands above that height' },
  'job-ended': { zh: '任务已结束', en: 'The job has ended' },
  'no-ssh-credential': { zh: '设备没有 SSH 凭据', en: 'The device has no SSH credential' },
  'platform-unknown': { zh: '不认识该设备的命令行', en: 'The command line of this device is not known' },
  'wrong-target': { zh: '故障对象类型不符', en: 'This fault is aimed at something else' },
  'alarm-over': { zh: '告警已经恢复', en: 'The alarm is over' },
  'window-in-past': { zh: '维护窗口不能补报', en: 'A window cannot be announced afterwards' },
  'booking-over': { zh: '这个预约已经取消', en: 'The booking was cancelled' },
  'window-over': { zh: '维护窗口已经结束', en: 'The maintenance window is over' },
  'not-simulated': { zh: '该对象不是模拟的', en: 'This is not simulated' },
}

/** What ids stand for. */
const nouns: Record<string, string> = {
  alarm: '告警',
  check: '拨测',
  circuit: '线路',
  collector: '采集器',
  device: '设备',
  entity: '对象',
  fault: '故障',
  grant: '授权',
  job: '任务',
  link: '链路',
  outage: '中断',
  decision: '认定',
  page: '页面',
  rack: '机柜',
  relation: '关系',
  room: '机房',
  service: '业务系统',
  playbook: '剧本',
  provider: '身份源',
  record: '审计记录',
  region: '区域',
  session: '会话',
  token: '令牌',
  site: '站点',
  team: '班组',
  ticket: '工单',
  'canned-answer': '快捷回复',
  view: '视图',
  user: '用户',
  booking: '预约',
  freeze: '封网期',
  changeModel: '变更模板',
}

export const nothingCalled = (what: string): Text => ({
  zh: `没有这个${nouns[what] ?? '对象'}`,
  en: `No such ${what}`,
})

const titlesByStatus: Record<number, keyof typeof problemTitles> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  422: 'unprocessable',
  429: 'too-many-requests',
  503: 'unavailable',
}

export function titleOf(code: string, status: number): Record<Language, string> {
  return problemTitles[code] ?? problemTitles[titlesByStatus[status] ?? 'internal']!
}

export function inLanguage(text: Text, language: Language): string {
  return typeof text === 'string' ? text : text[language]
}

/** The first language of `Accept-Language` that we speak; Chinese otherwise. Quality values are taken in order. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '').slice(0, 200).split(',').map(weighed)
  wanted.sort((a, b) => b.weight - a.weight)
  return (wanted.find((w) => languages.includes(w.tag as Language))?.tag as Language) ?? 'zh'
}

function weighed(part: string): { tag: string; weight: number } {
  const [range = '', ...parameters] = part.trim().toLowerCase().split(';')
  const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined)
  return { tag: range.split('-')[0]!, weight: quality === undefined ? 1 : Number(quality) || 0 }
}
