/** What may be asked for, and what was. */
export default {
  title: '申请内容',
  sign: '签收',
  signName: '签收人',
  signHere: '请在此手写签名',
  signedBy: '{name} 已签收',
} as const
