import { describe, expect, it } from 'vitest'
import { circuitWords, type CircuitWords, type Place } from './circuit-words.ts'

const places: Place[] = [
  { id: 'sjz', names: ['石家庄市', '石家庄', 'shijiazhuang', 'sjz'] },
  { id: 'zd', names: ['正定县', '正定', 'zhengding', 'zd', 'zdx'] },
  { id: 'jx', names: ['井陉县', '井陉', 'jingxing', 'jx'] },
  { id: 'xt', names: ['行唐县', '行唐', 'xingtang', 'xt'] },
  { id: 'xt2', names: ['邢台市', '邢台', 'xingtai', 'xt'] },
  { id: 'ts', names: ['唐山市', '唐山', 'tangshan', 'ts'] },
  { id: 'kfq', names: ['唐山市开发区', '唐山开发区'] },
]
const [k, m, g] = [1e3, 1e6, 1e9]

type Row = [text: string, said: Partial<CircuitWords>]
// prettier-ignore
const table: Row[] = [
  ['To_石家庄_MSTP10M_HEB-SJZ-MSTP0001_主', { number: 'HEB-SJZ-MSTP0001', bandwidthBps: 10 * m, access: 'mstp', role: 'primary', placeId: 'sjz' }],
  ['To_正定_VPN20M_SJZ-0123-VPN0004_备', { number: 'SJZ-0123-VPN0004', bandwidthBps: 20 * m, access: 'ipsec-vpn', role: 'backup', placeId: 'zd' }],
  ['至正定县', { placeId: 'zd' }],
  ['To_灵武_MSTP20M_6401-0181-MSTP0021_主', { number: '6401-0181-MSTP0021', bandwidthBps: 20 * m, access: 'mstp', role: 'primary' }],
  ['至正定县电信2M', { carrier: 'telecom', bandwidthBps: 2 * m, placeId: 'zd' }],
  ['TO-ZhengDing', { placeId: 'zd' }],
  ['TO-ZhengDing-CT-10M-MSTP', { carrier: 'telecom', bandwidthBps: 10 * m, access: 'mstp', placeId: 'zd' }],
  ['to_zd', { placeId: 'zd' }],
  ['ZDX_CU_50Mbps', { carrier: 'unicom', bandwidthBps: 50 * m, placeId: 'zd' }],
  ['联通北京天津ANE0365NP', { carrier: null, number: '联通北京天津ANE0365NP' }],
  ['联通 北京天津ANE0365NP 10M', { carrier: 'unicom', number: '北京天津ANE0365NP', bandwidthBps: 10 * m }],
  ['CNC ANE0365NP', { carrier: 'unicom', number: 'ANE0365NP' }],
  ['电信专线 电路代号:SJZ20210034', { carrier: 'telecom', number: 'SJZ20210034' }],
  ['移动 电路编号 0311800123 100M', { carrier: 'mobile', number: '0311800123', bandwidthBps: 100 * m }],
  ['广电 专线号：GD-2020-118 裸光纤', { carrier: 'broadnet', number: 'GD-2020-118', access: 'fibre' }],
  ['Circuit ID: CT-883920 to Tangshan', { number: 'CT-883920', placeId: 'ts' }],
  ['China Telecom 1G dark fiber', { carrier: 'telecom', bandwidthBps: g, access: 'fibre' }],
  ['ChinaUnicom_MPLS_VPN_20M', { carrier: 'unicom', bandwidthBps: 20 * m, access: 'mpls-vpn' }],
  ['China-Mobile backup 4G CPE', { carrier: 'mobile', access: '4g', role: 'backup' }],
  ['CMCC_5G备份', { carrier: 'mobile', access: '5g', role: 'backup' }],
  ['电信4G备用 20M', { carrier: 'telecom', access: '4g', role: 'backup', bandwidthBps: 20 * m }],
  ['百兆光纤至井陉', { bandwidthBps: 100 * m, access: 'fibre', placeId: 'jx' }],
  ['千兆上联', { bandwidthBps: g }],
  ['万兆互联唐山', { bandwidthBps: 10 * g, placeId: 'ts' }],
  ['10兆MSTP电信主用', { carrier: 'telecom', bandwidthBps: 10 * m, access: 'mstp', role: 'primary' }],
  ['2兆SDH 联通', { carrier: 'unicom', bandwidthBps: 2 * m, access: 'sdh' }],
  ['两兆数字电路', { bandwidthBps: 2 * m, access: 'sdh' }],
  ['2M SDH CT', { carrier: 'telecom', bandwidthBps: 2 * m, access: 'sdh' }],
  ['SDH_2M_ZD', { bandwidthBps: 2 * m, access: 'sdh', placeId: 'zd' }],
  ['64K DDN', { bandwidthBps: 64 * k }],
  ['1.5Mbps link to JX', { bandwidthBps: 1.5 * m, placeId: 'jx' }],
  ['E1 to sjz', { bandwidthBps: 2_048_000, access: 'sdh', placeId: 'sjz' }],
  ['10G_TO_TANGSHAN_PRIMARY', { bandwidthBps: 10 * g, role: 'primary', placeId: 'ts' }],
  ['WAN primary', { role: 'primary' }],
  ['WAN-backup', { role: 'backup' }],
  ['wan standby cmcc', { role: 'backup', carrier: 'mobile' }],
  ['bak_cu_10m', { role: 'backup', bandwidthBps: 10 * m }],
  ['主线-联通-50M', { role: 'primary', carrier: 'unicom', bandwidthBps: 50 * m }],
  ['备线-移动-50M', { role: 'backup', carrier: 'mobile', bandwidthBps: 50 * m }],
  ['IPSec VPN 至 行唐县', { access: 'ipsec-vpn', placeId: 'xt' }],
  ['ADSL-VPN 邢台', { access: 'adsl-vpn', placeId: 'xt2' }],
  ['GPON 唐山开发区', { access: 'pon', placeId: 'kfq' }],
  ['EPON_100M', { access: 'pon', bandwidthBps: 100 * m }],
  ['MPLS唐山', { access: 'mpls-vpn', placeId: 'ts' }],
  ['L3VPN to SJZ', { access: 'mpls-vpn', placeId: 'sjz' }],
  ['裸纤 石家庄', { access: 'fibre', placeId: 'sjz' }],
  ['xt', {}],
  ['To_LAN', {}],
  ['', {}],
  ['G0/0/1', {}],
  ['GigabitEthernet0/0/1 Interface', {}],
  ['10.1.2.3', {}],
  ['接主机房服务器', {}],
  ['设备间', {}],
  ['监控主机', {}],
  ['备注：空闲', {}],
  ['CTO office', {}],
  ['CUSTOM', {}],
  ['vlan 100', {}],
  ['Server 2M3', {}],
  ['正定、井陉互联', {}],
  ['ＭＳＴＰ１０Ｍ　电信', { access: 'mstp', bandwidthBps: 10 * m, carrier: 'telecom' }],
  ['铁通100M', { carrier: 'mobile', bandwidthBps: 100 * m }],
  ['网通2M', { carrier: 'unicom', bandwidthBps: 2 * m }],
  ['CTCC_MSTP_4M_ZHENGDING_PRI', { carrier: 'telecom', access: 'mstp', bandwidthBps: 4 * m, role: 'primary', placeId: 'zd' }],
  ['TO_SJZ_CT_CID:SJZDX0012345', { carrier: 'telecom', number: 'SJZDX0012345', placeId: 'sjz' }],
  ['[CU]SJZ-TS 155M', { carrier: 'unicom', bandwidthBps: 155 * m }],
  ['专线号 电信88120034 石家庄', { number: '电信88120034', placeId: 'sjz' }],
]

const nothing: CircuitWords = { carrier: null, number: null, bandwidthBps: null, access: null, role: null, placeId: null } // prettier-ignore

describe('a description', () => {
  it.each(table)('%j', (text, said) => {
    expect(circuitWords(text, places)).toEqual({ ...nothing, ...said })
  })

  it('is read in time that grows with its length, whatever it holds', () => {
    for (const part of ['A', '电', '1', '1M', 'AB-', 'A1-', '_', ' 电路代号'])
      expect(circuitWords(part.repeat(20_000), places)).toBeDefined()
  })
})
