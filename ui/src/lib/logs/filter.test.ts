import { describe, expect, it } from 'vitest'
import { queryOf, readFilter, writeFilter } from './filter.ts'

describe('what a list of logs shows', () => {
  it.each(['', 'kind=trap', 'severity=4&q=down&name=IFNET%2F*', 'device=dev_1&since=24', 'region=reg_1&q=a'])(
    'is what its address says, and back: %s',
    (address) => {
      const search = new URLSearchParams(address)
      const back = writeFilter(
        readFilter(search),
        new URLSearchParams(address.includes('region') ? 'region=reg_1' : ''),
      )
      expect(Object.fromEntries(back)).toEqual(Object.fromEntries(search))
    },
  )

  it('is nothing that it does not know', () => {
    expect(readFilter(new URLSearchParams('kind=rumour&severity=9&since=5'))).toMatchObject({
      kind: null,
      severity: null,
      since: null,
    })
  })

  it('is asked of the server', () => {
    expect(
      queryOf(readFilter(new URLSearchParams('since=1&device=dev_1&q=+x+&severity=0')), 7_200_000),
    ).toEqual({ from: 3_600_000, deviceId: 'dev_1', q: 'x', severity: 0 })
  })
})
