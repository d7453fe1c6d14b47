/** Sensor classes and their units, as a person reads them. A state's value is the raw integer. */
export const sensorUnits = {
  temperature: '°C',
  humidity: '%',
  fanspeed: 'rpm',
  load: '%',
  voltage: 'V',
  power: 'W',
  current: 'A',
  frequency: 'Hz',
  charge: '%',
  runtime: 'min',
  dbm: 'dBm',
  percent: '%',
  count: '',
  power_consumed: 'kWh',
  power_factor: '',
  pressure: 'kPa',
  airflow: 'cfm',
  waterflow: 'l/min',
  cooling: 'W',
  delay: 's',
  rtt: 'ms',
  jitter: 'ms',
  /** How full a disk is. */
  storage: '%',
  /** What is left in a printer; of a waste box, what is free. */
  supply: '%',
  /** Mean opinion score [ITU-T P.800], 1 to 5. */
  mos: '',
  loss: '%',
  bitrate: 'bit/s',
  snr: 'dB',
  signal: 'dBm',
  ber: '',
  chromatic_dispersion: 'ps/nm',
  quality_factor: 'dB',
  tv_signal: 'dBmV',
  state: '',
} as const
export type SensorClass = keyof typeof sensorUnits

/** Beyond these no reading is true: agents say 65535, −1 or 2147483647 for a sensor that is not there. */
export const sensorBounds: Partial<Record<SensorClass, readonly [number, number]>> = {
  temperature: [-60, 250],
  humidity: [0, 100],
  charge: [0, 100],
  load: [0, 400],
  fanspeed: [0, 200_000],
  voltage: [-1_000_000, 1_000_000],
  current: [-100_000, 100_000],
  frequency: [0, 1_000],
  power_factor: [-1.001, 1.001],
  loss: [0, 100],
  storage: [0, 100],
  supply: [0, 100],
  mos: [1, 5],
}

/** How grave a state is; `unknown` is never shown as fine. */
export const sensorSeverities = ['ok', 'warning', 'critical', 'unknown'] as const
export type SensorSeverity = (typeof sensorSeverities)[number]

export interface SensorState {
  value: number
  text: string
  severity: SensorSeverity
}

/** A sensor as discovered. `key` is stable for its device: `upsOutputSource`, `entPhySensor.1001`, … */
export interface SensorFacts {
  key: string
  class: SensorClass
  descr: string
  unit: string
  /** The object it is read from, dotted. */
  oid: string
  /** Raised when the value leaves them; null where none is known. */
  lowWarn: number | null
  highWarn: number | null
  highCritical: number | null
  /** For class `state`: what each integer means. */
  states: SensorState[]
}

/** Keys that rules know by name [UPS-MIB, RFC 1628]; values as that MIB gives them, scaled to the class's unit. */
export const upsKeys = {
  outputSource: 'upsOutputSource',
  batteryStatus: 'upsBatteryStatus',
  minutesRemaining: 'upsEstimatedMinutesRemaining',
  charge: 'upsEstimatedChargeRemaining',
  load: 'upsOutputPercentLoad',
} as const

/** upsOutputSource [RFC 1628]: the load hangs on the battery. */
export const upsOnBattery = 5
