/** Makes a storm of events one change of the screen a frame: call the result at each event. */
export function oncePerFrame(run: () => void): () => void {
  let frame: number | null = null
  return () => {
    frame ??= requestAnimationFrame(() => {
      frame = null
      run()
    })
  }
}
