/** Forms that are data, and what is signed. */
export default {
  choose: '请选择',
  addRow: '添加一行',
  dropRow: '删除第 {n} 行',
  find: '输入名称查找',
  found: '{n} 个结果',
  none: '没有找到',
  drop: '取消选择 {name}',
  notFound: '暂时无法查找，请稍后再试',
  photos: '拍照或选择文件，提交时上传。',
  clear: '重签',
} as const
