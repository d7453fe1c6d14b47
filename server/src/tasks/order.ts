/** Which tasks may be worked on: those whose forerunners are done or skipped. */
export interface Ordered {
  position: number
  follows: readonly number[]
  state: 'waiting' | 'open' | 'done' | 'skipped'
}

export const isOver = ({ state }: Pick<Ordered, 'state'>): boolean => state === 'done' || state === 'skipped'

/** Positions whose state differs from what the order asks for, with what it should be. */
export function settle(tasks: readonly Ordered[]): Map<number, 'waiting' | 'open'> {
  const over = new Set(tasks.filter(isOver).map(({ position }) => position))
  const wanted = new Map<number, 'waiting' | 'open'>()
  for (const task of tasks.filter((one) => !isOver(one))) {
    const state = task.follows.every((position) => over.has(position)) ? 'open' : 'waiting'
    if (state !== task.state) wanted.set(task.position, state)
  }
  return wanted
}

/** Positions over already that a task must not be reopened under. */
export const overAfter = (tasks: readonly Ordered[], position: number): number[] =>
  tasks.filter((task) => isOver(task) && task.follows.includes(position)).map((task) => task.position)

/** A task follows earlier ones only: there is no circle. */
export const isSound = (plans: readonly { follows?: readonly number[] | undefined }[]): boolean =>
  plans.every(({ follows = [] }, index) => follows.every((position) => position >= 1 && position <= index))
