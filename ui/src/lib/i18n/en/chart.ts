import type { Translation } from '../dictionary.ts'
import type zh from '../zh/chart.ts'

export default {
  role: 'chart over time. Left and right move the cursor, plus and minus zoom, Shift with left and right pans, Backspace goes back',
  earlier: 'Earlier',
  later: 'Later',
  range: 'Time range',
  'range.1h': '1 h',
  'range.6h': '6 h',
  'range.24h': '24 h',
  'range.7d': '7 d',
  'range.30d': '30 d',
  'range.1y': '1 y',
  own: 'Custom',
  from: 'From',
  until: 'Until',
  show: 'Show',
  least: 'min',
  average: 'mean',
  greatest: 'max',
  notSaved: 'Not downloaded: {why}',
  volume: 'Volume',
  p95: '95th percentile, {month}',
  billed: 'billed {rate} Mbps',
  known: '{percent} % known',
  noneKnown: 'no data',
} satisfies Translation<typeof zh>
