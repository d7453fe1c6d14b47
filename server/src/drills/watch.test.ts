import { describe, expect, it } from 'vitest'
import {
  failures,
  isOver,
  newRecord,
  settledMs,
  watchDrill,
  type DrillLook,
  type DrillRecord,
} from './watch.ts'

const t0 = 1_000_000
const s = 1000
const endsAt = t0 + 30 * 60 * s

const calm = (atMs: number): DrillLook => ({
  atMs,
  linkState: 'normal',
  activeCircuitId: 'p',
  primary: { id: 'p', state: 'up', sinceMs: t0 - 3600 * s },
  standby: { id: 'b', carriesAtMs: null, rttMs: 25, lossPercent: 0, loadPercent: 0.1 },
  answeredMs: atMs - 5 * s,
  silentDevices: 0,
})
const onBackup = (atMs: number, leftMs: number, more: Partial<DrillLook['standby']> = {}): DrillLook => ({
  ...calm(atMs),
  linkState: 'on-backup',
  activeCircuitId: 'b',
  primary: { id: 'p', state: 'down', sinceMs: leftMs },
  standby: { id: 'b', carriesAtMs: atMs, rttMs: 25, lossPercent: 0, loadPercent: 40, ...more },
})
const cut = (atMs: number, leftMs: number): DrillLook => ({
  ...onBackup(atMs, leftMs, { carriesAtMs: null }),
  linkState: 'down',
  activeCircuitId: null,
  answeredMs: leftMs - s,
  silentDevices: 3,
})
const back = (atMs: number, sinceMs: number): DrillLook => ({
  ...calm(atMs),
  primary: { id: 'p', state: 'up', sinceMs },
})
const drill = (...looks: DrillLook[]): DrillRecord =>
  looks.reduce((record, look) => watchDrill(record, t0, look), newRecord(endsAt, null))

const left = t0 + 60 * s
const took = left + 20 * s
const home = left + 600 * s

describe('a planned failover', () => {
  it('that goes as it should passes, and tells when what happened', () => {
    const record = drill(
      calm(t0),
      cut(left + 5 * s, left),
      { ...onBackup(took + s, left), answeredMs: took },
      onBackup(left + 300 * s, left, { rttMs: 35, loadPercent: 62, lossPercent: 0.5 }),
      back(home + 2 * s, home),
    )
    expect(record).toMatchObject({
      leftMs: left,
      tookMs: took,
      backMs: home,
      silentDevices: 3,
      rttMs: { mean: 30, max: 35 },
      lossPercent: 0.5,
      loadPercent: 62,
    })
    expect(failures(record, 'ipsec-vpn')).toEqual([])
    expect(isOver(record, home + settledMs - 1)).toBe(false)
    expect(isOver(record, home + settledMs)).toBe(true)
  })

  it('by hand leaves the primary up: its traffic shows it', () => {
    const moved = { ...onBackup(left, 0), primary: { ...calm(left).primary } }
    const record = drill(calm(t0), moved, back(home, t0 - 3600 * s))
    expect(record).toMatchObject({ leftMs: left, tookMs: left, backMs: home })
  })

  it('whose standby never carried is not taken over by what answers once the primary is back', () => {
    const record = drill(cut(left + s, left), back(home, home), back(home + 30 * s, home))
    expect(record).toMatchObject({ leftMs: left, tookMs: null, backMs: home })
  })

  it('whose primary comes and goes again is not back', () => {
    const taken = { ...onBackup(took + s, left), answeredMs: took }
    const record = drill(taken, back(home, home), onBackup(home + 30 * s, home + 20 * s))
    expect(record.backMs).toBe(null)
  })

  const good: DrillRecord = { ...newRecord(endsAt, null), leftMs: left, tookMs: took, backMs: home, rttMs: { mean: 30, max: 50 }, lossPercent: 0, loadPercent: 60 } // prettier-ignore
  it.each<[string, Partial<DrillRecord>, string[]]>([
    ['passes', {}, []],
    ['nobody switched', { leftMs: null, tookMs: null, backMs: null }, ['not-switched']],
    ['cut off', { tookMs: null }, ['not-taken-over']],
    ['cut off for good', { tookMs: null, backMs: null }, ['not-taken-over', 'not-back']],
    ['at the limit, within the bound', { tookMs: left + 75 * s }, []],
    ['slow', { tookMs: left + 76 * s }, ['slow']],
    ['lossy', { lossPercent: 3.1 }, ['loss']],
    ['far', { rttMs: { mean: 121, max: 121 } }, ['latency']],
    ['one slow answer', { rttMs: { mean: 40, max: 900 } }, []],
    ['too narrow', { loadPercent: 86 }, ['overload']],
    ['still on the standby', { backMs: null }, ['not-back']],
    ['all of it', { tookMs: left + 90 * s, lossPercent: 9, rttMs: { mean: 300, max: 300 }, loadPercent: 99, backMs: null }, ['slow', 'loss', 'latency', 'overload', 'not-back']],
    ['unmeasured', { rttMs: { mean: null, max: null }, lossPercent: null, loadPercent: null }, []],
  ])('%s', (_, more, reasons) => {
    expect(failures({ ...good, ...more }, 'ipsec-vpn')).toEqual(reasons)
  }) // prettier-ignore

  it('ends with its time, whatever happened', () => {
    expect(isOver(newRecord(endsAt, null), endsAt - 1)).toBe(false)
    expect(isOver(newRecord(endsAt, null), endsAt)).toBe(true)
  })
})
