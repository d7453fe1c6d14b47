import type { IconName } from './icons.ts'

export interface Toast {
  id: number
  text: string
  icon: IconName
  action?: { label: string; run: () => void }
}

const shownMs = 6000
let lastId = 0

/** Short notes at the foot of the screen: what was done (with its undo), what was not. */
class Toasts {
  items = $state.raw<Toast[]>([])

  show(text: string, options: { icon?: IconName; action?: Toast['action'] } = {}) {
    const toast: Toast = { id: ++lastId, text, icon: options.icon ?? 'check', action: options.action }
    this.items = [...this.items.slice(-2), toast]
    setTimeout(() => this.dismiss(toast.id), shownMs)
  }

  dismiss(id: number) {
    this.items = this.items.filter((toast) => toast.id !== id)
  }
}
export const toasts = new Toasts()
