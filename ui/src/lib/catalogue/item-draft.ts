import type { Form, FormField } from '@zongheng/inventory/form.ts'
import type { ApprovalPlan, CatalogueItem, NewCatalogueItem, TaskPlan } from '@zongheng/server/api.ts'

export type ItemContent = Omit<NewCatalogueItem, 'regionId' | 'key' | 'enabled'>

export const contentOf = (item: CatalogueItem): ItemContent => {
  const { name, category, description, icon, form, approvals, tasks, teamId, priority, receipt } = item
  return structuredClone({ name, category, description, icon, form, approvals, tasks, teamId, priority, receipt }) // prettier-ignore
}

export const newContent = (label: string): ItemContent => ({
  name: '',
  category: 'other',
  description: '',
  icon: 'desk',
  form: [{ key: 'what', type: 'long-text', label, required: true }],
  approvals: [],
  tasks: [],
  teamId: null,
  priority: 'P4',
  receipt: false,
})

/** A key that no field has; answers are kept under it, so it stays when the label changes. */
export function freeKey(form: Form): string {
  const taken = new Set(form.map(({ key }) => key))
  for (let n = form.length + 1; ; n++) if (!taken.has(`field${n}`)) return `field${n}`
}

export const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
]

/** Columns by their labels; those that are known stay as they are. */
export function columnsFrom(labels: string[], known: FormField[] = []): FormField[] {
  const columns: FormField[] = []
  for (const label of labels.slice(0, 8))
    columns.push(known.find((one) => one.label === label) ?? { key: freeKey([...known, ...columns]), type: 'text', label }) // prettier-ignore
  return columns
}

/** What a field of another type keeps of one that was. */
export function retyped(field: FormField, type: FormField['type']): FormField {
  const { key, label, help, required, showWhen } = field
  const kept = { key, type, label, ...(help && { help }), ...(required && { required }), ...(showWhen && { showWhen }) } // prettier-ignore
  if (type === 'choice' || type === 'choices') return { ...kept, options: field.options ?? ['是', '否'] }
  if (type === 'rows') return { ...kept, columns: columnsFrom(['名称', '数量']) }
  return kept
}

export function movedUp<T>(list: T[], index: number): T[] {
  if (index < 1) return list
  const next = [...list]
  next.splice(index - 1, 0, ...next.splice(index, 1))
  return next
}

/** Choices above this one, on which it may depend. */
export const earlierChoices = (form: Form, index: number): FormField[] =>
  form.slice(0, index).filter(({ type }) => type === 'choice' || type === 'choices')

export const tiers = ['own', 'city', 'province'] as const
/** As many as the server takes. */
export const stepsAtMost = 8
export const approversAtMost = 20
const countAtMost = 50

export const approverKey = (one: ApprovalPlan['by'][number]): string =>
  one.kind === 'manager' ? one.tier : one.id

/** Of people who are named no more can agree than there are; a team or a tier may be many. */
export const quorumAtMost = ({ by }: Pick<ApprovalPlan, 'by'>): number =>
  by.every(({ kind }) => kind === 'person') ? Math.max(1, by.length) : countAtMost

/** A step by another rule, or with other people: it asks for no more of them than there are. */
export function withRule(
  plan: ApprovalPlan,
  { need, count = 2 }: { need: ApprovalPlan['rule']['need']; count?: number },
): ApprovalPlan {
  const rule = need === 'quorum' ? { need, count: Math.min(count, quorumAtMost(plan)) } : { need }
  return { ...plan, rule }
}

/** A plan with a task put in or taken out has no order that can be known: each follows the one before, or stands alone. */
export const inOrder = (tasks: TaskPlan[]): TaskPlan[] =>
  tasks.map(({ follows, ...task }, index) =>
    follows?.length && index > 0
      ? { ...task, follows: follows.every((position) => position <= index) ? follows : [index] }
      : task,
  )
