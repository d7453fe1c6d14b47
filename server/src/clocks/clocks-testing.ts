/** Tickets of a county, and the time of day, for tests of their clocks. */
import { expect } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp } from '../testing.ts'
import type { ServiceClock } from './schema.ts'

export const minute = 60_000
export const hour = 60 * minute
export const china = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`)

export async function clockTest() {
  const test = await testApp()
  const estate = await withSmallEstate(test)
  const agent = await test.as('engineer', '130123')
  const manager = await test.as('manager', '130123')
  const reporter = await test.as('requester', '130123')
  type Person = typeof agent

  const call = async (who: Person, method: string, url: string, body?: unknown, status = 200) => {
    const answer = await who.inject({ method, url, body })
    expect(answer.statusCode, answer.body).toBe(status)
    return answer.statusCode === 204 ? null : answer.json()
  }
  const clocksOf = async (id: string, who = agent): Promise<ServiceClock[]> =>
    (await call(who, 'GET', `/tickets/${id}/clocks`)).items
  return {
    test,
    estate,
    agent,
    manager,
    reporter,
    call,
    clocksOf,
    report: async (impact = 2, urgency = 2): Promise<string> =>
      (await call(reporter, 'POST', '/tickets', { title: '上不了网', description: '', impact, urgency }, 201))
        .id,
    move: (id: string, to: string, more: object = {}) =>
      call(agent, 'POST', `/tickets/${id}/move`, { to, ...more }),
    clock: async (id: string, measure: string, kind = 'sla') =>
      (await clocksOf(id)).find((one) => one.measure === measure && one.kind === kind)!,
    /** Whoever is signed in stays so. */
    at: async (text: string) => {
      const seen_at = (test.context.now = china(text))
      await test.context.db
        .updateTable('sessions')
        .set({ seen_at, expires_at: seen_at + 9 * 24 * hour })
        .execute()
    },
    tick: () => test.services.clocks.runner.tick(),
  }
}
