import { conditions } from '@zongheng/inventory/condition.ts'
import { linkStates } from '@zongheng/inventory/link.ts'
import { describe, expect, it } from 'vitest'
import {
  incidentText,
  type CircuitFacts,
  type DeviceIncidentFacts,
  type LinkIncidentFacts,
} from './incident-text.ts'

const sinceMs = Date.UTC(2026, 10, 22, 0, 44, 17)

const primary: CircuitFacts = {
  role: 'primary',
  number: 'SJZ-ZD-MSTP0042',
  carrier: '电信',
  hotline: '0311-10000',
  access: 'mstp',
  bandwidthBps: 10_000_000,
  state: 'down',
  a: '石家庄-R-01 GigabitEthernet0/0/3',
  z: '正定-R-01 GigabitEthernet0/0/0',
}
const backup: CircuitFacts = {
  ...primary,
  role: 'backup',
  number: 'VPN0042',
  carrier: '联通',
  hotline: null,
  access: 'ipsec-vpn',
  bandwidthBps: 2_500_000_000,
  state: 'up',
}
const link: LinkIncidentFacts = {
  kind: 'link',
  name: '石家庄市–正定县',
  state: 'on-backup',
  upperSite: '石家庄市机房',
  lowerSite: '正定县机房',
  sinceMs,
  circuits: [primary, backup],
  affected: { sites: ['正定县机房'], devices: 4 },
}
const device: DeviceIncidentFacts = {
  kind: 'device',
  condition: 'device-down',
  name: '石家庄-R-01',
  model: 'AR6280',
  address: '127.101.0.1',
  site: '石家庄市机房',
  sinceMs,
  values: {},
  links: ['河北省–石家庄市'],
  affected: { sites: [], devices: 0 },
}

describe('the incident of a link', () => {
  it('says on which line to call whom, since when, and what hangs on it', () => {
    expect(incidentText(link)).toEqual({
      title: '石家庄市–正定县 主用线路中断，备用运行',
      description: [
        '发生时间：2026-11-22 08:44:17',
        '两端站点：石家庄市机房 — 正定县机房',
        '线路：',
        '- 主用 电信 MSTP 10 Mbit/s 线路编号 SJZ-ZD-MSTP0042 报障 0311-10000，中断',
        '  石家庄-R-01 GigabitEthernet0/0/3 — 正定-R-01 GigabitEthernet0/0/0',
        '- 备用 联通 IPsec VPN 2.5 Gbit/s 线路编号 VPN0042，正常',
        '  石家庄-R-01 GigabitEthernet0/0/3 — 正定-R-01 GigabitEthernet0/0/0',
        '依赖此链路：1 个站点、4 台设备：正定县机房',
      ].join('\n'),
    })
  })

  it('names each state', () => {
    const titles = linkStates.map((state) => incidentText({ ...link, state, circuits: [backup] }).title)
    expect(new Set(titles).size).toBe(linkStates.length)
    expect(incidentText({ ...link, state: 'down' }).title).toBe('石家庄市–正定县 链路中断')
  })

  it('does not call a primary cut that is not', () => {
    expect(incidentText({ ...link, circuits: [{ ...primary, state: 'up' }, backup] }).title).toBe(
      '石家庄市–正定县 备用线路运行',
    )
  })

  it('names twenty sites and counts the rest', () => {
    const sites = Array.from({ length: 300 }, (_, i) => `站点${i + 1}`)
    const { description } = incidentText({ ...link, state: 'down', affected: { sites, devices: 900 } })
    expect(description).toContain('受影响：300 个站点、900 台设备：站点1、')
    expect(description).toContain('站点20 等 300 个')
    expect(description).not.toContain('站点21')
  })
})

describe('the incident of a device', () => {
  it('says where it stands and what runs through it', () => {
    expect(incidentText(device)).toEqual({
      title: '石家庄-R-01 设备停机',
      description: [
        '发生时间：2026-11-22 08:44:17',
        '站点：石家庄市机房',
        '管理地址：127.101.0.1',
        '型号：AR6280',
        '经过的链路：河北省–石家庄市',
      ].join('\n'),
    })
  })

  it.each(conditions)('has a title for %s, with and without values', (condition) => {
    const values = { value: 38, limit: 35, unit: '°C', minutes: 12, text: 'failed' }
    for (const given of [values, {}]) {
      const { title } = incidentText({ ...device, condition, values: given })
      expect(title).toMatch(/^石家庄-R-01 \S.*\S$/)
      expect(title).not.toMatch(/undefined|null| {2}/)
    }
  })

  it('says what was measured', () => {
    const hot = {
      ...device,
      condition: 'sensor-limit',
      values: { value: 38, limit: 35, unit: '°C' },
    } as const
    expect(incidentText({ ...hot, name: '正定-ENV 温度' }).title).toBe(
      '正定-ENV 温度 38 °C（限值 35 °C）超限',
    )
  })
})

describe('the incident of a site', () => {
  it('says whom to call there', () => {
    const text = incidentText({
      kind: 'site',
      condition: 'mains-lost',
      name: '康保县机房',
      address: '康保镇',
      contact: '李明',
      contactPhone: '0313-1234567',
      sinceMs,
      values: { minutes: 42 },
      affected: { sites: [], devices: 5 },
    })
    expect(text.title).toBe('康保县机房 市电中断，UPS 供电，剩余约 42 分钟')
    expect(text.description.split('\n').slice(1)).toEqual([
      '地址：康保镇',
      '联系人：李明 0313-1234567',
      '受影响：5 台设备',
    ])
  })
})

describe('the incident of a check', () => {
  const check = {
    kind: 'check',
    condition: 'check-failed',
    name: '门户网站',
    about: '',
    sinceMs,
    values: {},
  } as const
  const values = { kind: 'http', target: 'https://czt.example/', points: '本机采集器' }
  it.each<[string, Parameters<typeof incidentText>[0], string, string]>([
    [
      'says what the server answered',
      { ...check, values: { ...values, code: 'status', status: 503 } },
      '门户网站 拨测失败：HTTP 503',
      '拨测：网页 https://czt.example/\n采集点：本机采集器',
    ],
    [
      'says which limit it is beyond',
      {
        ...check,
        condition: 'check-limit',
        values: { ...values, code: 'ok', metric: 'checkDaysLeft', value: 6.4, limit: 7 },
      },
      '门户网站 拨测超限：证书 6 天后到期',
      '限值：7 天',
    ],
    [
      'says what it is about',
      { ...check, about: '省-CR-01', values: { ...values, code: 'timeout' } },
      '门户网站 拨测失败：超时没有应答',
      '关联对象：省-CR-01',
    ],
  ])('%s', (_, facts, title, line) => {
    const text = incidentText(facts)
    expect(text.title).toBe(title)
    expect(text.description).toContain(line)
  })
})
