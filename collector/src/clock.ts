const smallStepMs = 5_000

/**
 * The wall clock, UTC epoch ms, for samples: small steps back (time servers make them) are absorbed until it has caught up, so
 * that instants grow. A large step is a clock that was set right, and is followed.
 */
export function steadyClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): () => number {
  let offset = wall() - monotonic()
  return () => {
    const current = wall() - monotonic()
    if (current > offset || offset - current > smallStepMs) offset = current
    return Math.round(monotonic() + offset)
  }
}
