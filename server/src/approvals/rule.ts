/** How many must agree. Whoever is asked decides once; a step is decided as soon as the rest cannot change it. */
export type StepRule = { need: 'all' } | { need: 'any' } | { need: 'quorum'; count: number }
export type Vote = 'waiting' | 'approved' | 'rejected'
export type Outcome = 'open' | 'approved' | 'rejected'

/** More than there are approvers asks for all of them. */
export function neededOf(rule: StepRule, asked: number): number {
  if (rule.need === 'any') return Math.min(1, asked)
  return rule.need === 'all' ? asked : Math.min(rule.count, asked)
}

export function outcomeOf(rule: StepRule, votes: readonly Vote[]): Outcome {
  const count = (vote: Vote) => votes.filter((one) => one === vote).length
  const needed = neededOf(rule, votes.length)
  if (count('approved') >= needed) return 'approved'
  return count('approved') + count('waiting') < needed ? 'rejected' : 'open'
}
