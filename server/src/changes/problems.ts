/** What a change is refused for. */
import { conflict, invalid, unprocessable } from '../http/problem.ts'
import type { ChangeText } from './complete.ts'

export const frozen = (name: string) =>
  conflict('change-frozen', {
    zh: `计划时间在封网期“${name}”内，只有紧急变更可以实施`,
    en: `It falls into the freeze “${name}”: only an emergency may`,
  })

export const past = () =>
  unprocessable('change-in-past', { zh: '计划的时间已经过去', en: 'The time it is planned for is over' })

const textNames: Readonly<Record<ChangeText, { zh: string; en: string }>> = {
  reason: { zh: '原因', en: 'the reason' },
  plan: { zh: '实施步骤', en: 'the steps' },
  testPlan: { zh: '验证方法', en: 'how it is verified' },
  backout: { zh: '回退办法', en: 'how it is taken back' },
}

export const incomplete = (missing: readonly ChangeText[]) =>
  unprocessable(
    'change-incomplete',
    {
      zh: `提交前请填写：${missing.map((name) => textNames[name].zh).join('、')}`,
      en: `Before it is submitted, say ${missing.map((name) => textNames[name].en).join(', ')}`,
    },
    missing.map((name) => ({ path: `/${name}`, code: 'required', message: 'before it is submitted' })),
  )

export const fixed = () =>
  conflict('change-fixed', {
    zh: '变更已提交，请先退回草稿再修改',
    en: 'It is submitted: take it back to a draft first',
  })

export const riskier = () =>
  conflict('change-riskier', {
    zh: '新的时间风险更高，请退回草稿重新评估和审批',
    en: 'The new time is riskier: take it back to a draft and have it approved anew',
  })

export const modelWanted = () =>
  invalid([{ path: '/modelId', code: 'required', message: 'of a standard change, and of no other' }], {
    zh: '标准变更须选用模板，其他变更不能选用',
    en: 'A standard change goes by a model, no other does',
  })

export const modelNotApproved = () =>
  conflict('model-not-approved', {
    zh: '模板尚未批准，不能据此变更',
    en: 'The model is not approved as it stands',
  })

export const ownModel = () =>
  conflict('own-model', {
    zh: '不能批准自己编写或修改的模板，请由他人批准',
    en: 'One does not approve a model that one has written or changed: somebody else does',
  })

export const modelChanged = () =>
  conflict('model-changed', {
    zh: '模板刚刚被修改，请重新阅读后再批准',
    en: 'The model has just been changed: read it again before approving it',
  })

export const longerThanModel = (minutes: number) =>
  invalid([{ path: '/endsAt', code: 'range', message: `at most ${minutes} minutes, as its model` }], {
    zh: `变更时长不能超过模板规定的 ${minutes} 分钟`,
    en: `It may take ${minutes} minutes at most, as its model says`,
  })
