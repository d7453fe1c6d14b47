import { expect } from 'vitest'
import type { Alarm, Device, Link, Region, Site, Ticket } from '../api.ts'
import type { ApiClient } from './api-client.ts'
import { until } from './loop-testing.ts'

export const generousMs = 180_000

/** A line that flapped is watched for three minutes: only the long run waits for that. */
export const isCalming = (alarm: Alarm) => alarm.flapping && !process.env.LONG

/** A city of a demo, as the console sees it. */
export class City {
  readonly #api: ApiClient
  readonly region: Region

  constructor(api: ApiClient, region: Region) {
    this.#api = api
    this.region = region
  }

  #all<T>(path: string, query = ''): Promise<T[]> {
    return this.#api.all<T>(`${path}?regionId=${this.region.id}${query}`)
  }
  links = () => this.#all<Link>('/links')
  devices = () => this.#all<Device>('/devices')
  sites = () => this.#all<Site>('/sites')
  tickets = () => this.#all<Ticket>('/tickets', '&channel=alarm')
  openTickets = () => this.#all<Ticket>('/tickets', '&state=open&channel=alarm')
  firing = () => this.#all<Alarm>('/alarms', '&state=firing')
  roots = async () => (await this.firing()).filter((alarm) => alarm.causeId === null)

  /** Its counties' links, always in the same order. */
  async counties(): Promise<Link[]> {
    const links = (await this.links()).filter((link) => link.tier === 'county')
    return links.sort((a, b) => (a.lowerSite.name < b.lowerSite.name ? -1 : 1))
  }
  async device(role: Device['role'], site?: { id: string }): Promise<Device> {
    const devices = await this.devices()
    return devices.find((one) => one.role === role && (!site || one.site.id === site.id))!
  }
  async ownSite(): Promise<Site> {
    return (await this.sites()).find((site) => site.region.id === this.region.id)!
  }

  /** Nothing of it is anything but well, and all its incidents are resolved. */
  clean(): Promise<true> {
    const ill = async () => ({
      links: (await this.links()).filter(({ state }) => state !== 'normal'),
      devices: (await this.devices()).filter(({ state }) => state !== 'up'),
      sites: (await this.sites()).filter(({ state }) => state !== 'up'),
      ...(await this.#told()),
    })
    const isClean = async () => Object.values(await ill()).every((list) => list.length === 0)
    return until(`${this.region.name} is clean`, 2 * generousMs, isClean as () => Promise<true>, ill)
  }

  async #told() {
    const [alarms, tickets] = await Promise.all([this.firing(), this.openTickets()])
    const calming = alarms.filter(isCalming).map(({ id }) => id)
    return {
      alarms: alarms.filter(({ id }) => !calming.includes(id)),
      tickets: tickets.filter(({ alarmId }) => !calming.includes(alarmId!)),
    }
  }

  /** Waits for its one root alarm; `is` says when that is as it should be. */
  root(what: string, is: (alarm: Alarm) => boolean = () => true, withinMs = generousMs): Promise<Alarm> {
    const one = async () => {
      const found = await this.roots()
      expect(found.length, JSON.stringify(found, null, 1)).toBeLessThanOrEqual(1)
      return found.find(is)
    }
    return until(`${this.region.name}: ${what}`, withinMs, one, this.firing)
  }

  async oneTicket(): Promise<Ticket> {
    const [ticket, ...more] = await until(`a ticket in ${this.region.name}`, generousMs, async () => {
      const tickets = await this.tickets()
      return tickets.length > 0 && tickets
    })
    expect(more).toEqual([])
    return ticket!
  }
}
