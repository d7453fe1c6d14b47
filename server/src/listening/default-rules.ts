import type { LogAction, LogMatch } from './schema.ts'

/** What evidence does not show, as rules that work unconfigured. One's own rules come before them. */
export interface DefaultRule {
  id: string
  name: { zh: string; en: string }
  match: LogMatch
  action: LogAction
}

const hourS = 3600
const raise = (rest: Partial<Extract<LogAction, { kind: 'raise' }>>): LogAction => ({
  kind: 'raise',
  severity: 'minor',
  ticket: false,
  times: 1,
  withinS: 60,
  clear: null,
  clearAfterS: 24 * hourS,
  ...rest,
})

// prettier-ignore
export const defaultRules: DefaultRule[] = [
  {
    id: 'ports',
    name: { zh: '接口或邻居变化：立即轮询', en: 'Ports and neighbours: poll at once' },
    match: { kinds: ['syslog'], names: ['LINK-*-UPDOWN', 'LINEPROTO-*-UPDOWN', 'IFNET/*/LINK_STATE', 'IFNET/*/LINK_UPDOWN', 'IFNET/*/PHY_UPDOWN', 'IFPDT/*/IF_STATE', 'OSPF*NBR*', 'OSPF-*-ADJCHG', 'BGP*STATE_CHANGED', 'BGP-*-ADJCHANGE'] },
    action: { kind: 'poll' },
  },
  {
    id: 'sign-in-flood',
    name: { zh: '登录或认证连续失败', en: 'Failed sign-ins, many' },
    match: { names: ['authenticationFailure', 'SEC_LOGIN-*-LOGIN_FAILED', 'AAA/*/*FAIL*', 'SSHS/*/*FAIL*', 'SSH/*/*FAIL*', 'SHELL/*/*LOGINFAIL*', 'SNMP/*/*AUTHFAIL*', 'SNMP-*-AUTHFAIL'] },
    action: raise({ severity: 'warning', times: 10, withinS: 60, clearAfterS: hourS / 4 }),
  },
  {
    id: 'sign-in-flood-hosts',
    name: { zh: '主机登录连续失败', en: 'Failed sign-ins on a host, many' },
    match: { kinds: ['syslog'], names: ['sshd', 'login', 'su', 'sudo', 'pam*'], pattern: 'fail|invalid user|denied' },
    action: raise({ severity: 'warning', times: 10, withinS: 60, clearAfterS: hourS / 4 }),
  },
  {
    id: 'configured',
    name: { zh: '设备配置被修改', en: 'Configuration changed' },
    match: { names: ['hwCfgManEventlog', 'hh3cCfgManEventlog', 'ciscoConfigManEvent', 'SYS-5-CONFIG_I', 'SYS-5-CONFIG', 'CONFIGURATION/*/hwCfgManEventlog', 'CFGMAN/*/CFGMAN_CFGCHANGED', 'CFM/*/CFM_LOG', 'SHELL/*/SHELL_CFGCHANGED'] },
    action: raise({ severity: 'warning', clearAfterS: hourS / 2 }),
  },
  {
    id: 'power',
    name: { zh: '电源模块故障', en: 'Power supply failed' },
    match: { names: ['hwPowerRemove', 'hwPowerFail', 'hwPowerInvalid', 'hwPowerUnusable', 'hwIntegratedPowerFault', 'hh3cpowerfailure', 'hh3cPowerRemoved', 'ciscoEnvMonRedundantSupplyNotification', 'ruijieSystemPowerOffTrap', 'ruijieSystemPowerOffNotify', 'ENTITYTRAP/*/*POWER*FAIL*', 'ENTITYTRAP/*/*POWER*INVALID*', 'ENTITYTRAP/*/*POWERREMOVE*', 'DEV/*/POWER_FAILED', 'DEV/*/POWER_ABSENT', 'DRVMSG/*/POWER*FAIL*', 'PLATFORM_ENV-*-*PWR*', 'PLATFORM-*-*POWER*FAIL*', 'ENVMON-*-SUPPLY*'] },
    action: raise({ ticket: true, clear: { names: ['hwPowerInsert', 'hwPowerFailResume', 'hwPowerInvalidResume', 'hwPowerUnusableResume', 'hh3cPowerNormal', 'hh3cMasterPowerNormal', 'hh3cSlavePowerNormal', 'ruijieSystemPowerOnTrap', 'ruijieSystemPowerOnNotify', 'ENTITYTRAP/*/*POWER*RESUME*', 'DEV/*/POWER_RECOVERED'] } }),
  },
  {
    id: 'fan',
    name: { zh: '风扇故障', en: 'Fan failed' },
    match: { names: ['hwFanRemove', 'hwFanFail', 'hwFanInvalid', 'hh3cfanfailure', 'ciscoEnvMonFanNotification', 'ruijieSystemFanTableOff', 'ENTITYTRAP/*/*FAN*FAIL*', 'ENTITYTRAP/*/*FAN*INVALID*', 'ENTITYTRAP/*/*FANREMOVE*', 'DEV/*/FAN_FAILED', 'DEV/*/FAN_ABSENT', 'DRVMSG/*/FAN*FAIL*', 'PLATFORM_ENV-*-FAN*', 'ENVMON-*-FAN*'] },
    action: raise({ ticket: true, clear: { names: ['hwFanInsert', 'hwFanFailResume', 'hwFanInvalidResume', 'hh3cFanNormal', 'ruijieSystemFanTableOn', 'ENTITYTRAP/*/*FAN*RESUME*', 'DEV/*/FAN_RECOVERED'] } }),
  },
  {
    id: 'hot',
    name: { zh: '设备温度过高', en: 'Too hot' },
    match: { names: ['hh3cEntityExtCriticalTemperatureThresholdNotification', 'ciscoEnvMonShutdownNotification', 'ciscoEnvMonTemperatureNotification', 'ruijieSystemTmpTooHighTrap', 'DEV/*/TEMPERATURE_ALARM', 'DEV/*/TEMPERATURE_SHUTDOWN', 'ENTITYTRAP/*/*TEMPRISING*', 'ENVMON-*-TEMP*'] },
    action: raise({ severity: 'major', ticket: true, clear: { names: ['ruijieSystemTmpTooHighRecovTrap', 'DEV/*/TEMPERATURE_NORMAL', 'ENTITYTRAP/*/*TEMP*RESUME*'] }, clearAfterS: 6 * hourS }),
  },
]
