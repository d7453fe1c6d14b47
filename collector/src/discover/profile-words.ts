import type { ProbeLanguage } from './probe-words.ts'

interface ProfileWords {
  usage: string
  /** Columns of the table of coverage. */
  coverage: string[]
  facts: (counts: { identity: number; measured: number }) => string
  noRecording: string
  summary: (counts: { profiles: number; rules: number; covered: number; recordings: number }) => string
  recognised: (profile: string, rule: string | null) => string
  identity: { title: string; columns: string[] }
  measured: { title: string; columns: string[] }
}

const zh: ProfileWords = {
  usage: `用法：zongheng profile 命令

  check [--recordings 目录] [--json]
      检查全部设备档案，并列出每份档案由哪些录制文件覆盖；有错则退出码为 1
  explain 主机[:端口] [探测选项] [--json]
  explain --recording 文件 [--json]
      一台设备的各项事实出自哪个档案的哪条规则，设备原样答了什么
  record 主机[:端口] [探测选项]
      把设备的全部应答写到标准输出，一行一个对象：OID|类型|值

探测选项（版本、团体字、v3 用户等）见 zongheng probe --help。`,
  coverage: ['档案', '规则', '录制文件', '读到'],
  facts: ({ identity, measured }) => `身份 ${identity} 项，量值 ${measured} 项`,
  noRecording: '–',
  summary: ({ profiles, rules, covered, recordings }) =>
    `${profiles} 份档案，${rules} 条规则，均可用；${recordings} 份录制文件覆盖其中 ${covered} 份档案`,
  recognised: (profile, rule) =>
    rule ? `档案 ${profile}，由规则 ${rule} 识别` : `没有档案认识它：按标准 MIB 读取（${profile}）`,
  identity: { title: '身份', columns: ['项目', '值', '规则', '对象', '原文'] },
  measured: { title: '量值', columns: ['类别', '名称', '读数', '原值', '倍率', '门限', '规则', '对象'] },
}

const en: ProfileWords = {
  usage: `usage: zongheng profile COMMAND

  check [--recordings DIR] [--json]
      checks all device profiles and lists the recordings that cover each; exit code 1 when one is not usable
  explain HOST[:PORT] [PROBE OPTIONS] [--json]
  explain --recording FILE [--json]
      which rule of which profile gave each fact of a device, and what the device said there
  record HOST[:PORT] [PROBE OPTIONS]
      writes all that a device answers to standard output, one object a line: OID|TYPE|VALUE

For the probe options (version, community, v3 user …) see zongheng probe --help.`,
  coverage: ['profile', 'rules', 'recordings', 'found'],
  facts: ({ identity, measured }) => `identity ${identity}, measured ${measured}`,
  noRecording: '–',
  summary: ({ profiles, rules, covered, recordings }) =>
    `${profiles} profiles with ${rules} rules, all usable; ${recordings} recordings cover ${covered} of them`,
  recognised: (profile, rule) =>
    rule
      ? `profile ${profile}, recognised by ${rule}`
      : `no profile knows it: it is read by the standards (${profile})`,
  identity: { title: 'Identity', columns: ['fact', 'value', 'rule', 'object', 'said'] },
  measured: {
    title: 'Measured',
    columns: ['kind', 'name', 'reading', 'raw', 'scale', 'limits', 'rule', 'object'],
  },
}

export const profileWords: Record<ProbeLanguage, ProfileWords> = { zh, en }
export type { ProfileWords }
