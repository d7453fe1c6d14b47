/** The instant that all charts of a page point at; null while none is hovered. */
export class TimeCursor {
  at = $state<number | null>(null)
}
