/** 企业微信 group robot [developer.work.weixin.qq.com/document/path/91770]: the key in its address is all that protects it. */
import { cutOctets, markdown } from '../message.ts'
import { postJson } from './request.ts'
import { byCode } from './robot.ts'
import type { Send } from './transport.ts'

const contentAtMost = 4096
/** -1: busy; 45009: more than 20 a minute. */
const busy = [-1, 45009]

export const sendWecom: Send<'wecom'> = async ({ secret, message, wording }) => {
  const content = cutOctets(markdown(message, wording), contentAtMost)
  const answer = await postJson(secret.url!, { msgtype: 'markdown', markdown: { content } })
  return byCode(answer, ['errcode'], busy)
}
