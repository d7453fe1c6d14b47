export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

/** A text for people, in each language, or one that needs no translation (a device's own words). */
export type Text = string | Record<Language, string>

/** What a code is called. A code that is missing here is titled by its status. */
export const problemTitles: Record<string, Record<Language, string>> = {
  invalid: { zh: '请求内容有误', en: 'The request is not valid' },
  'bad-cursor': { zh: '分页游标无效', en: 'The cursor is not valid' },
  'bad-json': { zh: '请求不是有效的 JSON', en: 'The request is not valid JSON' },
  unauthenticated: { zh: '请先登录', en: 'Sign in first' },
  'wrong-credentials': { zh: '用户名或密码不正确', en: 'Wrong user name or password' },
  forbidden: { zh: '没有权限', en: 'Not permitted' },
  'foreign-origin': { zh: '拒绝来自其他网站的请求', en: 'A request from another site was refused' },
  'not-found': { zh: '没有找到', en: 'Not found' },
  conflict: { zh: '与现有数据冲突', en: 'In conflict with what exists' },
  unprocessable: { zh: '无法按此要求执行', en: 'This cannot be done' },
  'too-large': { zh: '请求内容过大', en: 'The request is too large' },
  'too-many-requests': { zh: '操作过于频繁，请稍后再试', en: 'Too many attempts, try again later' },
  unavailable: { zh: '服务暂不可用', en: 'Not available at the moment' },
  internal: { zh: '服务器内部错误', en: 'Something went wrong on the server' },
  'setup-done': { zh: '系统已完成初始化', en: 'Setup has been done already' },
  'setup-code': { zh: '初始化码不正确', en: 'Wrong setup code' },
}

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
