import type {
  Alarm,
  Check,
  Device,
  DeviceDetail,
  DeviceStations,
  DeviceSurroundings,
  EffectiveCondition,
  Interface,
  Point,
  Sensor,
  Series,
  Site,
  StateSpan,
  Ticket,
} from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { live } from '#lib/live.svelte.ts'
import { sharePercent } from '#lib/link/spans.ts'
import { session } from '#lib/session.svelte.ts'

export const dayMs = 24 * 3_600_000
const hourMs = 3_600_000
/** What one request for series may ask for. */
const entitiesAtMost = 64

const portMetrics = ['ifHCInOctets', 'ifInErrors', 'ifOutErrors']
const panelMetrics = [
  'ifHCInOctets',
  'ifHCOutOctets',
  'ifHCInUcastPkts',
  'ifHCOutUcastPkts',
  'ifInErrors',
  'ifOutErrors',
  'ifInDiscards',
  'ifOutDiscards',
]
/** Of the device itself, over time: eight are what one request may ask for. */
export const trendMetrics = [
  ...['pingRttMeanMs', 'pingRttMinMs', 'pingRttMaxMs', 'pingSent', 'pingLost', 'pingJitterMs'],
  ...['cpuPercent', 'memoryPercent'],
]

const measuring: readonly string[] = ['ups', 'pdu', 'environment']

type SeriesMap = ReadonlyMap<string, Series>
const keyed = (list: Series[]): SeriesMap => new Map(list.map((s) => [`${s.entityId} ${s.metric}`, s]))

/** One device with its ports, sensors, history and what is open about it; read anew after each of its polls. */
export class DevicePage {
  readonly id: string
  device = $state.raw<DeviceDetail | null>(null)
  ports = $state.raw<Interface[]>([])
  sensors = $state.raw<Sensor[]>([])
  site = $state.raw<Site | null>(null)
  alarms = $state.raw<Alarm[]>([])
  /** What explains the device's own alarm; null when nothing does or it is out of sight. */
  cause = $state.raw<Alarm | null>(null)
  tickets = $state.raw<Ticket[]>([])
  checks = $state.raw<Check[]>([])
  /** Outlets behind its ports, and those where it hangs itself. */
  points = $state.raw<Point[]>([])
  spans = $state.raw<StateSpan[]>([])
  problem = $state.raw<unknown>(null)
  until = $state(Date.now())
  /** Of the known time of 30 days, in which it was not down. */
  upPercent = $derived(sharePercent(this.spans, this.until - 30 * dayMs, this.until, ['down']))
  selectedPort = $state<string | null>(null)
  /** The last poll's answer is current only while the device answers. */
  fresh = $derived(this.device?.state === 'up' || this.device?.state === 'degraded')
  /** It is there for what it measures: its sensors come first. */
  measures = $derived(measuring.includes(this.device?.role ?? ''))
  surroundings = $state.raw<DeviceSurroundings | null>(null)
  stations = $state.raw<DeviceStations | null>(null)
  /** What each sensor is held to, by its id. */
  limits = $state.raw<ReadonlyMap<string, EffectiveCondition>>(new Map())
  #day = $state.raw<SeriesMap>(new Map())
  #panel = $state.raw<SeriesMap>(new Map())
  #loading: Promise<void> | null = null
  #again = false

  constructor(id: string) {
    this.id = id
  }

  /** Loads, and loads again after each poll; call the returned function to stop. */
  follow(): () => void {
    live.watchDevice(this.id)
    const mine = (change: { id: string }) => change.id === this.id && void this.refresh()
    const about = ({ entity }: Alarm) => this.#isMine(entity.id) && void this.refresh()
    const stops = [
      live.on('polled', ({ deviceId }) => deviceId === this.id && void this.refresh()),
      live.on('device', mine),
      live.on('alarm', about),
      live.on('check', ({ id }) => this.checks.some((check) => check.id === id) && void this.refresh()),
      live.on('ticket', (ticket) => ticket.entities.some((e) => e.id === this.id) && void this.refresh()),
      live.on('reconnected', () => {
        live.watchDevice(this.id)
        void this.refresh()
      }),
      () => live.watchDevice(null),
    ]
    void this.refresh()
    return () => stops.forEach((stop) => stop())
  }

  /** Over the last 24 hours, in steps of half an hour. */
  day = (entityId: string, metric: string): Series | undefined => this.#day.get(`${entityId} ${metric}`)
  /** Of the selected port over the last hour. */
  panel = (metric: string): Series | undefined => this.#panel.get(`${this.selectedPort} ${metric}`)

  /** Calls while one is under way make one more, not many. */
  refresh(): Promise<void> {
    if (this.#loading) {
      this.#again = true
      return this.#loading
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null
      if (this.#again) {
        this.#again = false
        void this.refresh()
      }
    })
    return this.#loading
  }

  #isMine(entityId: string): boolean {
    return entityId === this.id || [...this.ports, ...this.sensors].some((part) => part.id === entityId)
  }

  async loadPanel(portId: string | null) {
    if (portId === null) return
    const until = Date.now()
    const query = { entity: [portId], metric: panelMetrics, from: until - hourMs, until, points: 60 }
    this.#panel = keyed((await api.get<{ items: Series[] }>('/series', query)).items)
  }

  async #load() {
    try {
      const [device, ports, sensors] = await Promise.all([
        api.get<DeviceDetail>(`/devices/${this.id}`),
        api.all<Interface>('/interfaces', { deviceId: this.id }),
        api.all<Sensor>('/sensors', { deviceId: this.id }),
      ])
      this.device = device
      this.ports = ports
      this.sensors = sensors
      this.until = Date.now()
      await Promise.all([
        this.#loadDay(),
        this.#loadHistory(),
        this.#loadOpen(device),
        this.#loadSite(device),
        this.#loadChecks(),
        this.loadPoints(),
        this.#loadLimits(),
        this.#loadSurroundings(),
      ])
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async #loadDay() {
    const period = { from: this.until - dayMs, until: this.until, points: 48 }
    const ask = (entity: string[], metric: string[]) =>
      api.get<{ items: Series[] }>('/series', { ...period, entity, metric })
    const answers = await Promise.all([
      ask([this.id], ['cpuPercent', 'memoryPercent', 'responseMs']),
      ...chunks(this.ports, entitiesAtMost).map((ports) =>
        ask(
          ports.map((p) => p.id),
          portMetrics,
        ),
      ),
      ...chunks(this.sensors, entitiesAtMost).map((list) =>
        ask(
          list.map((s) => s.id),
          ['value'],
        ),
      ),
    ])
    this.#day = keyed(answers.flatMap((answer) => answer.items))
  }

  async #loadHistory() {
    const month = { from: this.until - 30 * dayMs, until: this.until }
    const { items } = await api.get<{ items: StateSpan[] }>(`/devices/${this.id}/history`, month)
    this.spans = items
  }

  async #loadOpen(device: Device) {
    const [own, around, tickets] = await Promise.all([
      api.all<Alarm>('/alarms', { entityId: this.id, state: 'firing' }),
      api.all<Alarm>('/alarms', { regionId: device.region.id, state: 'firing', root: true }),
      session.can('desk.read') ? api.all<Ticket>('/tickets', { entityId: this.id, state: 'open' }) : [],
    ])
    const parts = new Set([...this.ports, ...this.sensors].map((part) => part.id))
    const alarms = [...own, ...around.filter((alarm) => parts.has(alarm.entity.id))]
    this.alarms = alarms
    this.tickets = tickets
    const explained = alarms.find((alarm) => alarm.causeId !== null)
    this.cause = explained ? (await api.get<{ cause: Alarm | null }>(`/alarms/${explained.id}`)).cause : null
  }

  async #loadChecks() {
    if (session.can('checks.read')) this.checks = await api.all<Check>('/checks', { deviceId: this.id })
  }

  async #loadSurroundings() {
    this.surroundings = await api.get<DeviceSurroundings>(`/devices/${this.id}/surroundings`)
    this.stations = await api.get<DeviceStations>(`/devices/${this.id}/stations`)
  }

  async #loadLimits() {
    if (this.sensors.length === 0 || !session.can('conditions.read')) return
    const query = { entityId: this.id, condition: 'sensor-limit' }
    const all = await api.all<EffectiveCondition>('/conditions/effective', query)
    this.limits = new Map(all.map((one) => [one.entity.id, one]))
  }

  async loadPoints() {
    this.points = await api.all<Point>('/points', { deviceId: this.id })
  }

  async #loadSite(device: Device) {
    this.site = await api.get<Site>(`/sites/${device.site.id}`)
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
