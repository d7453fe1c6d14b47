/** The hotline of the demo: its number, and calls of an ordinary morning. */
import type { Services } from '../services.ts'

type Needed = Pick<Services, 'identity' | 'hotline' | 'state'>

const number = '0311-86681200'

/** Minutes ago, for how long; nobody took the last. */
const calls = [
  { callId: 'demo-1', number: '0311-88021357', agoMinutes: 95, minutes: 4, name: '王会计', note: '问一体化客户端怎样升级，已发文章。' },
  { callId: 'demo-2', number: '+86 138 3311 2046', agoMinutes: 41, minutes: 7, name: '刘洋', note: '打印机脱机，电话里指导后恢复。' },
  { callId: 'demo-3', number: '13731109988', agoMinutes: 12, minutes: 0, name: null, note: null },
] // prettier-ignore

/** Once: what is kept already stays. */
export async function demoCalls({ identity, hotline, state }: Needed, nowMs: number): Promise<void> {
  const id = await identity.userNamed('zhangli')
  const agent = id === undefined ? undefined : await identity.viewerNamed(id)
  const root = [...state.model.regions.values()].find(({ tier }) => tier === 'province')
  if (!agent || !root || (await hotline.numbers.nearest(root.path)) !== null) return
  await hotline.numbers.set(agent, root.id, number)
  for (const { agoMinutes, minutes, name, note, ...call } of calls) {
    const at = nowMs - agoMinutes * 60_000
    const { id: kept } = await hotline.calls.told(agent, { ...call, event: 'ringing', at })
    if (minutes > 0) await hotline.calls.told(agent, { ...call, event: 'answered', at: at + 8000 })
    await hotline.calls.told(agent, { ...call, event: 'ended', at: at + 20_000 + minutes * 60_000 })
    if (name !== null) await hotline.calls.change(agent, kept, { name, note })
  }
}
