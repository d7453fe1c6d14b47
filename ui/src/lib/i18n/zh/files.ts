/** What is attached to a ticket or an article. */
export default {
  title: '附件',
  none: '没有附件',
  add: '添加文件',
  photo: '拍照',
  hint: '也可以拖放或粘贴到这里',
  sending: '正在上传…',
  remove: '删除 {name}',
  enlarge: '放大 {name}',
  download: '下载',
  sent: '发来图片',
  internal: '仅内部可见',
  'scan.unscanned': '正在查毒',
  'scan.clean': '未发现病毒',
  'scan.failed': '无法查毒，不能取用',
  'scan.infected': '含有病毒，已隔离',
} as const
