/** Short messages through whatever HTTP gateway there is: method, address, headers and body as it wants them. */
import type { SettingsOf } from '../channel.ts'
import { shortText } from '../message.ts'
import { encodeGbk } from './gbk.ts'
import { ask, byStatus, shown } from './request.ts'
import type { Send } from './transport.ts'

type Settings = SettingsOf<'sms'>
type Values = Record<'phone' | 'text' | 'id' | 'key', string>

const contentTypes: Record<Settings['contentType'], string> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  xml: 'text/xml',
}

const octets = (text: string, charset: Settings['charset']) =>
  charset === 'gbk' ? encodeGbk(text) : Buffer.from(text)

/** As a query and a form want it [RFC 3986], in the gateway's own character set. */
const percentEncoded = (text: string, charset: Settings['charset']) =>
  Array.from(octets(text, charset), (octet) => {
    const c = String.fromCharCode(octet)
    return /[A-Za-z0-9_.~-]/.test(c) ? c : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')

const xmlSigns: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}
const inBody: Record<Settings['contentType'], (text: string, charset: Settings['charset']) => string> = {
  json: (text) => JSON.stringify(text).slice(1, -1),
  form: percentEncoded,
  xml: (text) => text.replace(/[&<>"']/g, (sign) => xmlSigns[sign]!),
}

const filled = (template: string, values: Values, encode: (text: string) => string) =>
  template.replace(/\{(phone|text|id|key)\}/g, (_, name: keyof Values) => encode(values[name]))

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ')

export const sendSms: Send<'sms'> = async ({ settings, secret, address, message, wording, id }) => {
  const { method, charset, contentType } = settings
  const values = { phone: address, text: shortText(message, wording), id, key: secret.key ?? '' }
  const answer = await ask({
    method,
    url: filled(settings.url, values, (text) => percentEncoded(text, charset)),
    charset,
    headers: {
      ...(method === 'POST' && { 'content-type': `${contentTypes[contentType]}; charset=${charset}` }),
      ...Object.fromEntries(
        settings.headers.map(({ name, value }) => [name, filled(value, values, oneLine)]),
      ),
    },
    ...(method === 'POST' && {
      body: octets(
        filled(settings.body, values, (text) => inBody[contentType](text, charset)),
        charset,
      ),
    }),
  })
  const byHttp = byStatus(answer)
  if (!byHttp.ok || answer.text.includes(settings.success)) return byHttp
  return { ok: false, answer: shown(answer.text), again: true }
}
