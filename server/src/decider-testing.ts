import { newId } from '@zongheng/inventory/id.ts'
import type { TestApp } from './testing.ts'

export interface County {
  link: string
  /** Primary and backup. */
  circuits: string[]
  /** At the upper site; two at the lower. */
  devices: string[]
  collector: string
}

/** One county behind one city, in the database, measured by one collector. */
export async function plantCounty(
  { context: { db }, regions }: Pick<TestApp, 'context' | 'regions'>,
  digit = 9,
): Promise<County> {
  const stamps = { created_at: 1, updated_at: 1 }
  const [city, county] = [regions.get('130100')!, regions.get('130123')!]
  const [upper, lower] = [newId('site'), newId('site')]
  const collector = newId('collector')
  const site = {
    organisation_id: null,
    kind: 'office',
    address: null,
    contact: null,
    contact_phone: null,
    ...stamps,
  }
  await db
    .insertInto('sites')
    .values([
      { id: upper, region_id: city, name: '石家庄市财政局', ...site },
      { id: lower, region_id: county, name: '正定县财政局', ...site },
    ])
    .execute()
  await db
    .insertInto('collectors')
    .values({
      id: collector,
      name: '采集器',
      site_id: upper,
      token_hash: null,
      key_hash: null,
      public_key: null,
      seen_at: null,
      revoked_at: null,
      ...stamps,
    })
    .execute()
  const devices = [newId('device'), newId('device'), newId('device')]
  const [a, z] = devices as [string, string, string]
  const blank = {
    vendor: '',
    os: '',
    category: '',
    sys_object_id: '',
    sys_name: '',
    sys_descr: '',
    hardware: '',
    version: '',
    serial: '',
  }
  await db
    .insertInto('devices')
    .values(
      devices.map((id, i) => ({
        id,
        region_id: i === 0 ? city : county,
        site_id: i === 0 ? upper : lower,
        collector_id: collector,
        name: ['SJZ-RT', 'ZD-RT', 'ZD-SW'][i]!,
        role: 'access-router',
        address: `127.${digit}.0.${i}`,
        port: 161,
        snmp_credential_id: null,
        ssh_credential_id: null,
        ssh_port: 22,
        poll_interval_s: 60,
        identified_at: null,
        archived_at: null,
        ...blank,
        ...stamps,
      })),
    )
    .execute()
  const link = newId('link')
  await db
    .insertInto('links')
    .values({
      id: link,
      region_id: county,
      upper_site_id: upper,
      lower_site_id: lower,
      name: '石家庄市–正定县',
      ...stamps,
    })
    .execute()
  const carrier = newId('organisation')
  await db
    .insertInto('organisations')
    .values({
      id: carrier,
      name: '中国电信',
      kind: 'carrier',
      region_id: city,
      hotline: '0311-10000',
      ...stamps,
    })
    .execute()
  const circuits = [newId('circuit'), newId('circuit')]
  for (const [i, id] of circuits.entries()) {
    const ends = [newId('interface'), newId('interface')] as const
    const face = {
      if_index: null,
      if_descr: '',
      if_alias: '',
      if_type: null,
      if_mtu: null,
      if_speed_bps: null,
      if_phys_address: '',
      if_admin_status: '',
      if_oper_status: '',
      oper_since: null,
      ...stamps,
    }
    await db
      .insertInto('interfaces')
      .values([
        { id: ends[0], device_id: a, if_name: `GE0/0/${i}`, ...face },
        { id: ends[1], device_id: z, if_name: `GE0/0/${i}`, ...face },
      ])
      .execute()
    await db
      .insertInto('circuits')
      .values({
        id,
        link_id: link,
        role: i === 0 ? 'primary' : 'backup',
        position: i,
        number: `SJZ-ZD-${i}`,
        carrier_id: carrier,
        access: i === 0 ? 'mstp' : 'ipsec-vpn',
        bandwidth_bps: 10e6,
        promised_percent: 99.9,
        monthly_fee_yuan: null,
        contract_until: null,
        a_interface_id: ends[0],
        z_interface_id: ends[1],
        leg_kind: 'snmp',
        leg_address: `127.${digit}.1.1`,
        leg_port: 161,
        ...stamps,
      })
      .execute()
  }
  return { link, circuits, devices, collector }
}
