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
  user list | show 用户名 | add 用户名 | disable | enable | unlock | reset-password 用户名
           列出、查看、新建、停用、启用、解锁用户，重置密码（三员的密码只能在此重置）
             --name 姓名  --region 区域名或代码  --phone --email --post  --q 查找  --state active|locked|disabled
  grant list | add | remove 编号
           列出、授予、收回角色
             --user 用户名 或 --team 班组@区域  --role 角色  --region 区域  --days 有效天数
  token list | create | revoke 编号
           列出、新建、吊销用户的 API 令牌
             --user 用户名  --name 名称  --permission 权限（可多次）  --region 区域  --days 有效天数
           以上三条均可加：--reason 原因（记入审计）  --data 目录  --config 文件  --json
  audit verify | archive
           校验整条审计链（断链时退出码为 1）；把超过保存期的记录移入归档文件
             --file 归档或导出文件（只校验该文件）  --data 目录  --config 文件  --json
  collect  在市县启动一个采集器
             --server 地址  --token 注册码  --name 名称  --data 目录  --ca 证书（服务器证书由自建机构签发时）
  collector-release add 文件 | list | remove 版本
           管理可下发给采集器的安装包；add 先核对再收入
             --data 目录  --config 文件  --json
  secret rotate | check
           停机后更换密钥并重新加密全部机密；检查全部机密能否解密
             --data 目录  --config 文件  --key-out 文件（密钥不在数据目录时）
  backup [文件或目录]
           在线备份到一个文件，备份后逐项核对
             --data 目录  --config 文件  --encrypt（加密并带上密钥）  --passphrase-file 文件  --keep 份数  --json
  restore 备份文件
           核对后恢复到数据目录；先停止服务
             --data 目录  --force（把原有内容移到一边）  --passphrase-file 文件  --key 密钥文件  --without-key
             --database-url postgres://…（空数据库）  --json
  series status | copy --from 来源 --to 目标
           查看时序数据的存放处和容量；复制到另一种时序数据库并逐个核对，可中断后再次运行
             来源、目标：embedded（数据目录）或 victoriametrics+http://… 或 influxdb+http://…/库名
             --since 日期  --until 日期  --data 目录  --config 文件  --json
  search rebuild
           重建知识库等的全文索引，服务可照常运行
             --data 目录  --config 文件  --json
  doctor   自检：哪里不对，怎么办
             --data 目录  --config 文件  --full（核对整个数据库和审计链）  --json
  probe    手工探测一台设备：zongheng probe 主机[:端口] --help
  profile check | explain 主机 | record 主机
           检查全部设备档案；说明一台设备的各项事实出自哪条规则；录制一台设备
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
  user list | show NAME | add NAME | disable | enable | unlock | reset-password NAME
           users: list, show, create, disable, enable, unlock, a new password (for an officer only from here)
             --name DISPLAY-NAME  --region NAME|CODE  --phone --email --post  --q TEXT  --state active|locked|disabled
  grant list | add | remove ID
           roles: list, give, take
             --user NAME or --team TEAM@REGION  --role ROLE  --region REGION  --days N
  token list | create | revoke ID
           API tokens of a user
             --user NAME  --name NAME  --permission P (again and again)  --region REGION  --days N
           all three: --reason WHY (for the audit trail)  --data DIR  --config FILE  --json
  audit verify | archive
           checks the whole audit chain (exit code 1 when it is broken); moves old records to archive files
             --file FILE (an archive or an export, instead)  --data DIR  --config FILE  --json
  collect  starts a collector at a city or county
             --server URL  --token TOKEN  --name NAME  --data DIR  --ca FILE (when authorities of your own sign the server)
  collector-release add FILE | list | remove RELEASE
           archives that collectors can be upgraded to; each file in one is checked first
             --data DIR  --config FILE  --json
  secret rotate | check
           seals all secrets under a new key, while no server runs; or says whether all of them open
             --data DIR  --config FILE  --key-out FILE (for a key that is kept outside the data folder)
  backup [FILE|FOLDER]
           a verified backup in one file, while the server runs
             --data DIR  --config FILE  --encrypt (takes the key in)  --passphrase-file FILE  --keep N  --json
  restore FILE
           checks a backup and restores it to the data folder; stop the server first
             --data DIR  --force (moves what is there aside)  --passphrase-file FILE  --key FILE  --without-key
             --database-url postgres://… (an empty database)  --json
  series status | copy --from STORE --to STORE
           where measured values are kept, and how much room there is; copies them to another store and reads them back:
           can be interrupted and run again
             STORE: embedded (the data folder), victoriametrics+http://… or influxdb+http://…/database
             --since DATE  --until DATE  --data DIR  --config FILE  --json
  search rebuild
           builds the full-text index anew, while the server runs
             --data DIR  --config FILE  --json
  doctor   what is wrong, and what to do
             --data DIR  --config FILE  --full (the whole database and audit chain)  --json
  probe    probes one device by hand: zongheng probe HOST[:PORT] --help
  profile check | explain HOST | record HOST
           checks all device profiles; tells by which rule each fact of a device is known; records a device
  config   the configuration in force, and where each value comes from
             --data DIR  --config FILE  --json
  version  the version
  help     this text

Each setting can also come from a variable ZONGHENG_… or from zongheng.yaml in the data folder: see zongheng config.`,
}
