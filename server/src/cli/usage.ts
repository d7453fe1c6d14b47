import type { CliLanguage } from './language.ts'

export const usage: Record<CliLanguage, string> = {
  zh: `用法：zongheng 命令 [选项]

  serve    启动服务器和本机采集器
             --port N  --host 地址  --data 目录  --config 文件
  demo     启动演示：模拟一个省的网络，在用后即弃的数据目录中运行
             --port N  --data 目录（保留数据，可再次启动）  --province 省名或代码  --json
  demo fault list | add 类型 目标 | remove 编号
           查看、制造、解除模拟故障；目标可为编号、电路编号、设备名或站点名
             --url 地址  --data 目录  --json
  collect  在市县启动一个采集器
             --server 地址  --token 注册码  --name 名称  --data 目录
  secret rotate | check
           停机后更换密钥并重新加密全部机密；检查全部机密能否解密
             --data 目录  --config 文件  --key-out 文件（密钥不在数据目录时）
  probe    手工探测一台设备：zongheng probe 主机[:端口] --help
  config   列出生效的配置及其来源
             --data 目录  --config 文件  --json
  version  版本
  help     本说明

每项配置也可由环境变量 ZONGHENG_… 或数据目录中的 zongheng.yaml 给出，见 zongheng config。`,
  en: `usage: zongheng COMMAND [OPTIONS]

  serve    starts the server and a local collector
             --port N  --host ADDRESS  --data DIR  --config FILE
  demo     starts a demo: a simulated province on a throw-away data folder
             --port N  --data DIR (kept, can be started again)  --province NAME|CODE  --json
  demo fault list | add KIND TARGET | remove ID
           lists, makes and ends simulated faults; TARGET: an id, a circuit number, a device's or a site's name
             --url URL  --data DIR  --json
  collect  starts a collector at a city or county
             --server URL  --token TOKEN  --name NAME  --data DIR
  secret rotate | check
           seals all secrets under a new key, while no server runs; or says whether all of them open
             --data DIR  --config FILE  --key-out FILE (for a key that is kept outside the data folder)
  probe    probes one device by hand: zongheng probe HOST[:PORT] --help
  config   the configuration in force, and where each value comes from
             --data DIR  --config FILE  --json
  version  the version
  help     this text

Each setting can also come from a variable ZONGHENG_… or from zongheng.yaml in the data folder: see zongheng config.`,
}
