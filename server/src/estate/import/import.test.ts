import { deflateRawSync } from 'node:zlib'
import * as fflate from 'fflate'
import readXlsxFile from 'read-excel-file/node'
import writeXlsxFile from 'write-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { withSmallEstate } from '../testing.ts'
import { circuitColumns, deviceColumns, sheets as forms } from './columns.ts'
import { unpackedOctets } from './zip-bound.ts'

let test: TestApp
let province: Awaited<ReturnType<TestApp['as']>>
let county: typeof province
beforeAll(async () => {
  test = await testApp()
  await withSmallEstate(test)
  province = await test.as('network-admin', '130000')
  county = await test.as('network-admin', '130224')
})
afterAll(() => test.close())

type Cells = Record<string, string | number>
const headings = (columns: object) => Object.values(columns as Record<string, { zh: string; en: string }>)

/** A workbook of these rows, under Chinese headings unless told otherwise. */
function workbook(devices: Cells[], circuits: Cells[] = [], language: 'zh' | 'en' = 'zh'): Promise<Buffer> {
  const sheet = (name: string, columns: object, rows: Cells[]) => ({
    sheet: name,
    data: [
      headings(columns).map((column) => ({ value: column[language] })),
      ...rows.map((row) =>
        Object.keys(columns).map((key) => (row[key] === undefined ? null : { value: row[key] })),
      ),
    ],
  })
  const names = { zh: ['设备', '线路'], en: ['Devices', 'Circuits'] }[language]
  return writeXlsxFile([
    sheet(names[0]!, deviceColumns, devices),
    sheet(names[1]!, circuitColumns, circuits),
  ] as never).toBuffer()
}

async function upload(file: Buffer, who = province, language = 'zh') {
  const boundary = 'xxxxxxxx'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.xlsx"\r\ncontent-type: application/octet-stream\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)])
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'accept-language': language,
    origin: 'http://localhost',
    host: 'localhost',
  }
  const answer = await who.inject({ method: 'POST', url: '/devices/import', body, headers })
  return { status: answer.statusCode, body: answer.json() }
}

const device = (more: Cells = {}): Cells => ({
  regionCode: '130224',
  name: '滦南-RT-01',
  role: '接入路由器',
  address: '10.2.24.1',
  community: 'public',
  ...more,
})
const circuit = (more: Cells = {}): Cells => ({
  number: 'TS-LN-1', role: '主用', carrier: '中国联通', hotline: 10010, access: 'MSTP', bandwidthMbps: 10, upperDevice: '唐山-RT', upperInterface: 'GE0/0/9',
  lowerDevice: '滦南-RT-01', lowerInterface: 'GE0/0/1', legAddress: '10.2.24.2', legKind: 'icmp', ...more,
}) // prettier-ignore
const counts = async () => {
  const { devices, links, sites } = await test.services.estate.model()
  return [devices.size, links.size, sites.size]
}

describe('a spreadsheet that is right', () => {
  it('becomes sites, devices and links', async () => {
    const before = await counts()
    const spare = circuit({
      number: 'TS-LN-2',
      role: 'backup',
      carrier: '中国移动',
      access: '4G',
      lowerInterface: 'Cellular0',
    })
    const answer = await upload(
      await workbook(
        [device(), device({ name: '滦南-SW-01', role: 'access-switch', address: '10.2.24.3', port: 1161 })],
        [spare, circuit()],
      ),
    )
    expect(answer).toEqual({ status: 201, body: { created: 4, errors: [] } })
    expect(await counts()).toEqual([before[0]! + 2, before[1]! + 1, before[2]! + 1])
    const { links } = await test.services.estate.model()
    const link = [...links.values()].find(({ name }) => name === '唐山机房–滦南县')!
    expect(link.circuits.map(({ role, number, hotline }) => [role, number, hotline])).toEqual([
      ['primary', 'TS-LN-1', '10010'],
      ['backup', 'TS-LN-2', '10086'],
    ])
    expect(link.circuits[0]).toMatchObject({
      bandwidthBps: 10e6,
      promisedPercent: 99.9,
      leg: { kind: 'icmp', address: '10.2.24.2' },
    })
    const [credential] = (
      await test.services.estate.snmpCredentials(
        [...(await test.services.estate.model()).devices.values()].map((d) => d.snmpCredentialId!),
      )
    ).values()
    expect(credential).toEqual({ version: '2c', community: 'public' })
  })

  it('may speak English, and leave out the circuits', async () => {
    const answer = await upload(
      await workbook(
        [
          device({
            name: 'LN-UPS-01',
            role: 'UPS',
            address: '10.2.24.4',
            version: '3',
            community: '',
            user: 'ops',
          }),
        ],
        [],
        'en',
      ),
    )
    expect(answer.status).toBe(201)
  })

  it('may tell how often a device is probed, from where else it answers, and the context it is asked in', async () => {
    const v3 = { version: '3', community: '', user: 'ops', contextName: 'rack2' }
    const answersFrom = '10.2.25.9；2001:DB8:0::1, 10.2.25.9'
    const row = device({ name: '滦南-RT-05', address: '10.2.25.1', pingIntervalS: 0, answersFrom, ...v3 })
    expect((await upload(await workbook([row]))).status).toBe(201)
    const { devices } = await test.services.estate.model()
    const made = [...devices.values()].find(({ name }) => name === '滦南-RT-05')!
    expect(made).toMatchObject({ pingIntervalS: 0, answersFrom: ['10.2.25.9', '2001:db8::1'] })
    const credentials = await test.services.estate.snmpCredentials([made.snmpCredentialId!])
    expect([...credentials.values()]).toMatchObject([{ user: 'ops', contextName: 'rack2' }])
  })

  it('is the template itself, without its examples', async () => {
    for (const language of ['zh', 'en']) {
      const template = await test.app.inject({
        url: '/api/v1/devices/import/template',
        headers: { 'accept-language': language, cookie: '' },
      })
      expect(template.statusCode).toBe(401)
      const mine = await province.inject({
        url: '/devices/import/template',
        headers: { 'accept-language': language },
      })
      expect(mine.statusCode).toBe(200)
    }
  })
})

it('the template reads back under its own headings', async () => {
  const { importTemplate } = await import('./template.ts')
  for (const language of ['zh', 'en'] as const) {
    const template = await importTemplate(language, forms)
    const sheets = await readXlsxFile(template)
    expect(sheets.map(({ sheet }) => sheet)).toEqual(
      language === 'zh' ? ['设备', '线路'] : ['Devices', 'Circuits'],
    )
    expect(sheets[0]!.data).toHaveLength(2)
    expect(await upload(template)).toEqual({ status: 201, body: { created: 0, errors: [] } })
  }
})

describe('nothing is kept of a spreadsheet with', () => {
  const good = device({ name: '好的', address: '10.9.9.9' })
  const cases: [string, Cells[], Cells[], string, number, string][] = [
    ['an unknown region', [good, device({ regionCode: '999999' })], [], 'unknown-region', 3, '行政区划代码'],
    ['a blank cell', [good, device({ address: '' })], [], 'required', 3, '管理地址'],
    ['a bad address', [device({ address: '10.2.24.999' })], [], 'bad-address', 2, '管理地址'],
    ['a role out of nowhere', [device({ role: '咖啡机' })], [], 'unknown-word', 2, '设备类型'],
    ['no community', [device({ community: '' })], [], 'snmp-incomplete', 2, '团体字'],
    ['an authentication key without its protocol', [device({ version: 3, user: 'a', authKey: '12345678' })], [], 'snmp-incomplete', 2, 'v3 认证协议'],
    ['an address twice', [good, device({ name: '另一', address: '10.9.9.9' })], [], 'duplicate-address', 3, '管理地址'],
    ['an address that is known', [device({ address: '127.1.0.1', port: 10161 })], [], 'duplicate-address', 2, '管理地址'],
    ['a name twice', [good, device({ name: '好的', address: '10.9.9.8' })], [], 'duplicate-name', 3, '设备名称'],
    ['an answer from a name', [device({ answersFrom: 'rt.gov.cn' })], [], 'bad-ip', 2, '其他应答地址'],
    ['an answer from a device’s address', [good, device({ name: '另一', address: '10.9.9.8', answersFrom: '10.9.9.9' })], [], 'foreign-address', 3, '其他应答地址'],
    ['pings beyond a minute', [device({ pingIntervalS: 61 })], [], 'bad-number', 2, '探测间隔 (秒)'],
    ['a port that is none', [device({ port: 70000 })], [], 'bad-number', 2, 'SNMP 端口'],
    ['a circuit to nowhere', [good], [circuit({ lowerDevice: '不存在' })], 'unknown-device', 2, '下级设备'],
    ['a circuit within a site', [], [circuit({ upperDevice: '省-RT', lowerDevice: '省-VPN' })], 'same-site', 2, '下级设备'],
    ['a link that exists', [], [circuit({ upperDevice: '市-RT', lowerDevice: '正定-RT' })], 'link-exists', 2, '下级设备'],
    ['a backup alone', [good], [circuit({ lowerDevice: '好的', role: '备用', number: 'x', upperDevice: '省-RT' })], 'primary-missing', 2, '主备'],
    ['a circuit number that is known', [good], [circuit({ carrier: '中国电信', number: 'NO-正定-主', upperDevice: '正定-RT', lowerDevice: '好的' })], 'duplicate-circuit', 2, '线路编号'],
    ['a date the other way round', [], [circuit({ contractUntil: '31.12.2027' })], 'bad-date', 2, '合同到期'],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, devices, circuits, code, row, column) => {
    const before = await counts()
    const { status, body } = await upload(await workbook(devices, circuits))
    expect([status, body.code]).toEqual([422, 'import-refused'])
    expect(body.errors).toContainEqual(expect.objectContaining({ code, row, column }))
    expect(await counts()).toEqual(before)
  })

  it('wrong columns, all named at once and in the reader’s language', async () => {
    const file = await writeXlsxFile([
      { sheet: '设备', data: [[{ value: 'IP' }, { value: '设备名称' }]] },
    ] as never).toBuffer()
    const { body } = await upload(file, province, 'en')
    expect(
      body.errors.map(
        (e: { code: string; column: string; message: string }) => `${e.code} ${e.column}: ${e.message}`,
      ),
    ).toEqual([
      'unknown-column IP: this column is not known',
      'missing-column Region code: this column is missing',
      'missing-column Role: this column is missing',
      'missing-column Address: this column is missing',
    ])
  })

  it('a region outside the scope of who imports it', async () => {
    const { body } = await upload(
      await workbook([device({ regionCode: '130123', address: '10.3.3.3', name: 'x' })]),
      county,
    )
    expect(body.errors).toMatchObject([{ code: 'unknown-region', row: 2 }])
  })

  it('5,001 rows', async () => {
    const rows = Array.from({ length: 5001 }, (_, i) =>
      device({ name: `d${i}`, address: `10.${i >> 8}.${i & 255}.1` }),
    )
    const { body } = await upload(await workbook(rows))
    expect(body.errors).toMatchObject([{ code: 'too-many-rows', row: 5002 }])
  })
})

/** A zip archive of one entry. */
function zip(name: string, content: Buffer, claimed = content.length): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(claimed, 22)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(claimed, 24)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length + name.length, 12)
  end.writeUInt32LE(local.length + name.length + packed.length, 16)
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end])
}

describe('a file that is no workbook is refused', () => {
  const cases: [string, () => Buffer | Promise<Buffer>, number][] = [
    ['text', () => Buffer.from('行政区划代码,设备名称\n'), 422],
    ['nothing', () => Buffer.alloc(0), 422],
    ['a zip of something else', () => zip('a.txt', Buffer.from('hello')), 422],
    ['a workbook cut short', async () => (await workbook([device()])).subarray(0, 2000), 422],
    ['a zip bomb', () => zip('xl/worksheets/sheet1.xml', Buffer.alloc(60 * 2 ** 20)), 413],
    [
      'a zip bomb that lies about its size',
      () => zip('xl/workbook.xml', Buffer.alloc(60 * 2 ** 20), 100),
      422,
    ],
    ['one that is too large', () => Buffer.alloc(6 * 2 ** 20), 413],
  ]
  it.each(cases)('%s', async (_name, file, status) => {
    expect((await upload(await file())).status).toBe(status)
    expect((await province.inject({ url: '/devices?limit=1' })).statusCode).toBe(200)
  })

  it('a cell at the far corner of a sheet', async () => {
    const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData></worksheet>`
    const good = await workbook([device()])
    expect(unpackedOctets(good)).toBeGreaterThan(1000)
    const { status } = await upload(replaceEntry(good, 'xl/worksheets/sheet1.xml', Buffer.from(sheet)))
    expect(status).toBe(422)
    expect((await province.inject({ url: '/devices?limit=1' })).statusCode).toBe(200)
  })
})

/** The archive with one entry's content replaced. */
function replaceEntry(archive: Buffer, name: string, content: Buffer): Buffer {
  const { strFromU8, unzipSync, zipSync } = fflate
  const entries = unzipSync(archive)
  expect(Object.keys(entries)).toContain(name)
  expect(strFromU8(entries[name]!)).toContain('sheetData')
  return Buffer.from(zipSync({ ...entries, [name]: content }))
}
