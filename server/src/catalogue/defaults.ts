/** What every installation offers from the first day; each is changed, or switched off, in the console. */
import type { FormField } from '@zongheng/inventory/form.ts'
import type { ApprovalPlan } from '../approvals/schema.ts'
import type { TaskPlan } from '../tasks/schema.ts'
import type { ItemContent } from './schema.ts'

export type DefaultItem = Omit<ItemContent, 'teamId'> & { key: string }

const text = (key: string, label: string, more: Partial<FormField> = {}): FormField => ({ key, type: 'text', label, ...more }) // prettier-ignore
const long = (key: string, label: string, more: Partial<FormField> = {}): FormField => ({ key, type: 'long-text', label, ...more }) // prettier-ignore
const choice = (key: string, label: string, options: string[], more: Partial<FormField> = {}): FormField => ({ key, type: 'choice', label, options, required: true, ...more }) // prettier-ignore
const when = (field: string, ...is: string[]) => ({ showWhen: { field, is } })
const must = { required: true }

const contact: FormField[] = [
  text('contact', '联系人', { required: true, max: 40, defaultFrom: 'name' }),
  { key: 'phone', type: 'phone', label: '联系电话', required: true, defaultFrom: 'phone' },
]
const place: FormField = { key: 'site', type: 'site', label: '单位（站点）', required: true, defaultFrom: 'site' } // prettier-ignore
const wantedBy: FormField = { key: 'wantedBy', type: 'date', label: '希望完成日期' }

const own: ApprovalPlan = { name: '本级主管审批', rule: { need: 'any' }, by: [{ kind: 'manager', tier: 'own' }] } // prettier-ignore
const city: ApprovalPlan = { name: '市级主管审批', rule: { need: 'any' }, by: [{ kind: 'manager', tier: 'city' }] } // prettier-ignore
const province: ApprovalPlan = { name: '省级主管审批', rule: { need: 'any' }, by: [{ kind: 'manager', tier: 'province' }] } // prettier-ignore

/** One after the other. */
const inTurn = (...plans: [name: string, days: number][]): TaskPlan[] =>
  plans.map(([name, days], index) => ({ name, days, ...(index > 0 && { follows: [index] }) }))

export const defaultItems: readonly DefaultItem[] = [
  {
    key: 'equipment-purchase',
    name: '设备购置',
    category: 'equipment',
    icon: 'devices',
    description: '申请购置交换机、路由器、终端、打印机、UPS 等设备。须经本级和市级主管审批，到货验收后签收。',
    priority: 'P4',
    receipt: true,
    form: [
      place,
      {
        key: 'lines',
        type: 'rows',
        label: '设备清单',
        required: true,
        max: 20,
        columns: [
          text('name', '名称', must),
          text('model', '型号或要求'),
          { key: 'count', type: 'number', label: '数量', required: true, min: 1, max: 1000 },
          { key: 'price', type: 'money', label: '单价（元）' },
        ],
      },
      choice('reason', '购置原因', ['新建', '更换故障设备', '扩容', '到期更新']),
      { key: 'broken', type: 'device', label: '被更换的设备', ...when('reason', '更换故障设备', '到期更新') },
      { key: 'budget', type: 'money', label: '预算（元）', required: true },
      long('purpose', '用途说明', must),
      wantedBy,
      ...contact,
    ],
    approvals: [own, city],
    tasks: inTurn(['核对预算和型号', 2], ['采购', 15], ['到货验收', 5], ['配送并安装', 5]),
  },
  {
    key: 'consumables',
    name: '耗材配送',
    category: 'equipment',
    icon: 'print',
    description: '硒鼓、墨盒、打印纸、网线、光模块、尾纤等耗材。送到后当面签收。',
    priority: 'P4',
    receipt: true,
    form: [
      place,
      {
        key: 'lines',
        type: 'rows',
        label: '耗材清单',
        required: true,
        max: 20,
        columns: [
          choice('kind', '耗材', ['硒鼓', '墨盒', '打印纸', '网线', '光模块', '尾纤', '键盘鼠标', '其他']),
          text('model', '型号'),
          { key: 'count', type: 'number', label: '数量', required: true, min: 1, max: 200 },
        ],
      },
      wantedBy,
      ...contact,
    ],
    approvals: [],
    tasks: inTurn(['备货', 2], ['配送', 3]),
  },
  {
    key: 'repair',
    name: '设备维修',
    category: 'repair',
    icon: 'pulse',
    description: '终端、打印机、网络设备、机房设备故障需要上门或送修。全网断线请直接报障。',
    priority: 'P3',
    receipt: true,
    form: [
      place,
      choice('kind', '设备类型', ['计算机', '打印机', '网络设备', '机房动力环境', '视频会议终端', '其他']),
      { key: 'device', type: 'device', label: '设备', help: '在设备台账中查找', ...when('kind', '网络设备', '机房动力环境') }, // prettier-ignore
      text('asset', '资产编号', when('kind', '计算机', '打印机', '视频会议终端', '其他')),
      long('symptom', '故障现象', must),
      choice('where', '维修方式', ['上门', '送修']),
      { key: 'photo', type: 'file', label: '照片', max: 5 },
      ...contact,
    ],
    approvals: [],
    tasks: inTurn(['联系并诊断', 1], ['维修或更换', 5]),
  },
  {
    key: 'software-support',
    name: '软件支持',
    category: 'software',
    icon: 'desk',
    description: '业务系统客户端、办公软件、浏览器、证书、杀毒软件的安装和使用问题。',
    priority: 'P3',
    receipt: false,
    form: [
      choice('kind', '类别', ['安装', '使用问题', '报错', '升级', '卸载']),
      { key: 'service', type: 'service', label: '业务系统' },
      text('software', '软件名称和版本', must),
      long('error', '报错内容', { ...must, ...when('kind', '报错') }),
      long('problem', '情况说明', must),
      choice('remote', '是否同意远程协助', ['同意', '不同意']),
      ...contact,
    ],
    approvals: [],
    tasks: [],
  },
  {
    key: 'account-access',
    name: '账号与权限',
    category: 'access',
    icon: 'key',
    description: '开通、变更、停用业务系统账号和权限，重置密码。须经本级主管审批。',
    priority: 'P3',
    receipt: false,
    form: [
      choice('kind', '事项', ['开通账号', '变更权限', '停用账号', '重置密码']),
      { key: 'service', type: 'service', label: '业务系统' },
      text('system', '系统名称', must),
      text('person', '使用人姓名', { required: true, max: 40 }),
      text('username', '账号', when('kind', '变更权限', '停用账号', '重置密码')),
      text('post', '岗位', { ...must, ...when('kind', '开通账号', '变更权限') }),
      long('rights', '需要的权限', { ...must, ...when('kind', '开通账号', '变更权限') }),
      { key: 'until', type: 'date', label: '有效期至', ...when('kind', '开通账号', '变更权限') },
      ...contact,
    ],
    approvals: [own],
    tasks: inTurn(['办理', 1], ['通知使用人并核对', 1]),
  },
  {
    key: 'unit-network-access',
    name: '单位入网',
    category: 'network',
    icon: 'links',
    description: '新单位、新办公点接入政务外网或业务专网。须经本级、市级和省级主管审批。',
    priority: 'P4',
    receipt: true,
    form: [
      text('unit', '单位名称', must),
      text('address', '地址', must),
      choice('access', '接入方式', ['运营商专线', '裸光纤', 'VPN', '4G/5G 无线']),
      { key: 'bandwidth', type: 'number', label: '带宽（Mbit/s）', min: 1, max: 10_000, required: true, ...when('access', '运营商专线', 'VPN') }, // prettier-ignore
      { key: 'terminals', type: 'number', label: '终端数量', required: true, min: 1, max: 5000 },
      { key: 'services', type: 'choices', label: '需要访问', options: ['公文', '视频会议', '电话', '业务系统', '互联网出口'], required: true }, // prettier-ignore
      choice('protection', '等级保护', ['二级', '三级', '未定级']),
      long('purpose', '用途说明', must),
      wantedBy,
      ...contact,
    ],
    approvals: [own, city, province],
    tasks: [
      { name: '现场勘查', days: 5 },
      { name: '分配地址和 VLAN', days: 2, follows: [1] },
      { name: '开通线路', days: 20, follows: [1] },
      { name: '安装和配置设备', days: 3, follows: [2, 3] },
      { name: '测试并加入监测', days: 1, follows: [4] },
    ],
  },
  {
    key: 'video-conference',
    name: '视频会议预约',
    category: 'communication',
    icon: 'people',
    description: '预约视频会议：时间、会场和保障级别。会议期间相关线路不安排变更。',
    priority: 'P3',
    receipt: false,
    form: [
      text('title', '会议名称', must),
      { key: 'startsAt', type: 'date-time', label: '开始时间', required: true },
      { key: 'minutes', type: 'number', label: '时长（分钟）', required: true, min: 10, max: 1440 },
      { key: 'main', type: 'site', label: '主会场', required: true, defaultFrom: 'site' },
      long('others', '分会场', { help: '每行一个单位' }),
      choice('level', '保障级别', ['一般', '重要', '特别重要']),
      { key: 'rehearsal', type: 'date-time', label: '联调时间', ...when('level', '重要', '特别重要') },
      ...contact,
    ],
    approvals: [own],
    tasks: inTurn(['登记会议并核对线路', 1], ['联调', 1], ['会议保障', 1]),
  },
  {
    key: 'ip-phone',
    name: '电话开通与移机',
    category: 'communication',
    icon: 'phone',
    description: '办公 IP 电话的开通、移机、改名、拆机。',
    priority: 'P4',
    receipt: false,
    form: [
      place,
      choice('kind', '事项', ['开通', '移机', '改名', '拆机']),
      text('number', '号码', { ...must, ...when('kind', '移机', '改名', '拆机') }),
      text('room', '房间', { ...must, ...when('kind', '开通', '移机') }),
      text('name', '显示姓名', { ...must, ...when('kind', '开通', '改名') }),
      { key: 'rights', type: 'choices', label: '呼叫权限', options: ['内线', '市话', '国内长途'], ...when('kind', '开通') }, // prettier-ignore
      ...contact,
    ],
    approvals: [own],
    tasks: inTurn(['配置号码', 1], ['现场安装或拆除', 3]),
  },
  {
    key: 'data-restore',
    name: '数据恢复',
    category: 'data',
    icon: 'refresh',
    description: '从备份恢复误删或损坏的文件、邮件、数据库。须经本级主管审批。',
    priority: 'P3',
    receipt: true,
    form: [
      { key: 'service', type: 'service', label: '业务系统' },
      choice('kind', '数据类型', ['文件', '数据库', '虚拟机', '设备配置']),
      text('what', '名称或路径', must),
      { key: 'at', type: 'date-time', label: '恢复到哪个时间点', required: true },
      choice('target', '恢复到', ['原位置', '另一位置']),
      text('where', '另一位置', { ...must, ...when('target', '另一位置') }),
      long('why', '原因', must),
      ...contact,
    ],
    approvals: [own],
    tasks: inTurn(['查找备份', 1], ['恢复', 1], ['请申请人核对', 2]),
  },
]
