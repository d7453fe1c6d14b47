/** Forms that are data, and what is signed. */
export default {
  choose: '请选择',
  addRow: '添加一行',
  dropRow: '删除第 {n} 行',
  find: '输入名称查找',
  notFound: '暂时无法查找，请稍后再试',
  filesLater: '提交后在工单中上传。',
  clear: '重签',
} as const
