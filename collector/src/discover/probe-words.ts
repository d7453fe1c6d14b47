import type { SnmpErrorCode } from '../snmp/error.ts'
import type { ArgumentError } from './probe-arguments.ts'

export type ProbeLanguage = 'zh' | 'en'

/** English when the locale says so; the product's own language otherwise. */
export function probeLanguage(env: NodeJS.ProcessEnv): ProbeLanguage {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

interface ProbeWords {
  usage: string
  argument: Record<ArgumentError['code'], (detail: string) => string>
  error: Partial<Record<SnmpErrorCode, (peer: string, detail: string) => string>>
  identity: Record<
    | 'sysName'
    | 'vendor'
    | 'hardware'
    | 'version'
    | 'serial'
    | 'category'
    | 'profile'
    | 'sysObjectID'
    | 'sysDescr',
    string
  >
  interfaces: { title: string; columns: string[] }
  processors: { title: string; columns: string[] }
  memory: { title: string; columns: string[] }
  sensors: { title: string; columns: string[] }
  problems: string
  none: string
}

const zh: ProbeWords = {
  usage: `用法：zongheng probe 主机[:端口] [选项]

  -v 1|2c|3      SNMP 版本，默认 2c
  -c 团体字      默认 public
  -u 用户  -l noAuthNoPriv|authNoPriv|authPriv
  -a MD5|SHA|SHA-224|SHA-256|SHA-384|SHA-512  -A 认证密钥
  -x DES|AES|AES-256|AES-256-C  -X 加密密钥
  -n 上下文      v3 设备有多个上下文时问哪一个
  --timeout 秒   每个问题连同重试最多等多久，默认 5
  --json         输出一份 JSON（expected/1 格式）`,
  argument: {
    usage: (detail) => `参数有误${detail && `：${detail}`}`,
    host: (detail) => `主机名无效：${detail}`,
    port: (detail) => `端口应为 1–65535：${detail}`,
    version: (detail) => `-v 应为 1、2c 或 3：${detail}`,
    level: (detail) => `-l 应为 noAuthNoPriv、authNoPriv 或 authPriv：${detail}`,
    user: () => '-v 3 需要用户名（-u）',
    protocol: (detail) => `不认识的协议：${detail}`,
    key: (detail) => `需要至少 8 个字符的密钥（${detail}）`,
    timeout: (detail) => `--timeout 应为 0.1–600 秒：${detail}`,
  },
  error: {
    timeout: (peer) =>
      `${peer} 没有应答：设备不可达、未开启 SNMP，或团体字有误（设备对错误的团体字同样不作应答）`,
    authentication: (peer, detail) => `${peer} 拒绝了用户或密钥：${detail}`,
    unreachable: (peer, detail) => `无法到达 ${peer}：${detail}`,
    malformed: (peer, detail) => `${peer} 的应答不是 SNMP：${detail}`,
    refused: (peer, detail) => `${peer} 拒绝回答：${detail}`,
  },
  identity: {
    sysName: '名称',
    vendor: '厂商',
    hardware: '型号',
    version: '版本',
    serial: '序列号',
    category: '类别',
    profile: '设备档案',
    sysObjectID: 'sysObjectID',
    sysDescr: '描述',
  },
  interfaces: { title: '接口', columns: ['序号', '名称', '速率', '管理', '运行', 'MAC', '别名'] },
  processors: { title: '处理器', columns: ['名称', '利用率', '对象'] },
  memory: { title: '内存', columns: ['名称', '利用率', '已用', '总量'] },
  sensors: { title: '传感器', columns: ['名称', '类别', '读数', '对象'] },
  problems: '未能读取',
  none: '（无）',
}

const en: ProbeWords = {
  usage: `usage: zongheng probe HOST[:PORT] [OPTIONS]

  -v 1|2c|3      SNMP version, 2c by default
  -c COMMUNITY   public by default
  -u USER  -l noAuthNoPriv|authNoPriv|authPriv
  -a MD5|SHA|SHA-224|SHA-256|SHA-384|SHA-512  -A KEY
  -x DES|AES|AES-256|AES-256-C  -X KEY
  -n CONTEXT     which of several contexts of a v3 device is asked
  --timeout S    seconds for one question with all its tries, 5 by default
  --json         one JSON document, format expected/1`,
  argument: {
    usage: (detail) => `bad arguments${detail && `: ${detail}`}`,
    host: (detail) => `not a host: ${detail}`,
    port: (detail) => `a port is 1 to 65535: ${detail}`,
    version: (detail) => `-v is 1, 2c or 3: ${detail}`,
    level: (detail) => `-l is noAuthNoPriv, authNoPriv or authPriv: ${detail}`,
    user: () => '-v 3 needs a user (-u)',
    protocol: (detail) => `unknown protocol: ${detail}`,
    key: (detail) => `needs a key of at least 8 characters (${detail})`,
    timeout: (detail) => `--timeout is 0.1 to 600 seconds: ${detail}`,
  },
  error: {
    timeout: (peer) =>
      `no answer from ${peer}: it is unreachable, has SNMP off, or the community is wrong (a device does not answer a wrong one either)`,
    authentication: (peer, detail) => `${peer} refused the user or the key: ${detail}`,
    unreachable: (peer, detail) => `cannot reach ${peer}: ${detail}`,
    malformed: (peer, detail) => `what ${peer} answers is not SNMP: ${detail}`,
    refused: (peer, detail) => `${peer} refused to answer: ${detail}`,
  },
  identity: {
    sysName: 'name',
    vendor: 'vendor',
    hardware: 'hardware',
    version: 'version',
    serial: 'serial',
    category: 'category',
    profile: 'profile',
    sysObjectID: 'sysObjectID',
    sysDescr: 'description',
  },
  interfaces: { title: 'Interfaces', columns: ['index', 'name', 'speed', 'admin', 'oper', 'MAC', 'alias'] },
  processors: { title: 'Processors', columns: ['name', 'usage', 'object'] },
  memory: { title: 'Memory', columns: ['name', 'usage', 'used', 'total'] },
  sensors: { title: 'Sensors', columns: ['name', 'class', 'reading', 'object'] },
  problems: 'Could not be read',
  none: '(none)',
}

export const probeWords: Record<ProbeLanguage, ProbeWords> = { zh, en }
export type { ProbeWords }
