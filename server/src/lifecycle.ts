/** What runs on by itself: begun in order, ended the other way round. */
import type { Services } from './services.ts'

/** Once the database is there and before the first request: what has to read it, or to watch the clock. In order. */
export async function startServices({
  clocks,
  identity,
  files,
  mail,
  reminding,
  reviews,
  uses,
  duplexes,
  drills,
  automation,
  windows,
  conditions,
  decider,
  notify,
  auditing,
  capacity,
  collectorSeries,
  heartbeat,
  logKeeper,
}: Services): Promise<void> {
  await identity.fillLookupKeys()
  files.start()
  mail.start()
  reminding.start()
  reviews.start()
  await automation.start()
  await windows.load()
  await conditions.load()
  await decider.start()
  windows.start()
  await uses.start()
  await duplexes.start()
  await drills.start()
  await notify.start()
  await clocks.start()
  conditions.start()
  auditing.start()
  capacity.start()
  collectorSeries.start()
  logKeeper.start()
  heartbeat.start()
}

/** The other way round: nothing may write once this is done. */
export async function stopServices({
  clocks,
  files,
  mail,
  reminding,
  reviews,
  knowledge,
  uses,
  duplexes,
  drills,
  automation,
  conditions,
  auditing,
  decider,
  notify,
  realtime,
  signInFailures,
  capacity,
  collectorSeries,
  heartbeat,
  logKeeper,
  windows,
}: Services): Promise<void> {
  windows.stop()
  capacity.stop()
  await logKeeper.stop()
  collectorSeries.stop()
  await heartbeat.stop()
  await mail.stop()
  await files.stop()
  await reminding.stop()
  await reviews.stop()
  await knowledge.stop()
  await clocks.stop()
  await notify.stop()
  await realtime.stop()
  automation.stop()
  await conditions.stop()
  await drills.stop()
  await decider.stop()
  await uses.stop()
  duplexes.stop()
  await signInFailures.stop()
  await auditing.stop()
}
