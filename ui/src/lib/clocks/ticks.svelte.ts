/** One beat a second for all clocks that are in sight, and none while nobody looks. */
class Ticks {
  now = $state(Date.now())
  #watchers = 0
  #timer: ReturnType<typeof setInterval> | undefined

  /** Call the returned function once it is out of sight. */
  watch(): () => void {
    this.#watchers++
    this.#timer ??= setInterval(() => document.hidden || this.#beat(), 1000)
    this.#beat()
    return () => {
      if (--this.#watchers > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #beat() {
    this.now = Date.now()
  }
}
export const ticks = new Ticks()

/** `use:inSight`: beats for as long as the element can be seen. */
export function inSight(element: HTMLElement) {
  let stop: (() => void) | undefined
  const observer = new IntersectionObserver((entries) => {
    const seen = entries.at(-1)?.isIntersecting ?? false
    if (seen) stop ??= ticks.watch()
    else stop = void stop?.()
  })
  observer.observe(element)
  return {
    destroy() {
      observer.disconnect()
      stop?.()
    },
  }
}
