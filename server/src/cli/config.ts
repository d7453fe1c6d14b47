import { loadConfig, type Config, type ConfigEntry } from '../config.ts'
import { aligned } from './language.ts'

/** `zongheng config`: each value in force and where it comes from; secrets are masked. */
export function showConfig(settings: Partial<Config>, configFile: string | undefined, json: boolean): void {
  const entries = loadConfig(process.env, settings, configFile).entries.map(masked)
  if (json) return console.log(JSON.stringify(entries))
  const rows = entries.map(({ name, value, from, description }) => [name, String(value), from, description])
  console.log(aligned(rows).join('\n'))
}

function masked(entry: ConfigEntry): ConfigEntry {
  return entry.secret && entry.value !== '' ? { ...entry, value: '••••••' } : entry
}
