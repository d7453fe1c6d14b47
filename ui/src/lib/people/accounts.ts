import { session } from '#lib/session.svelte.ts'

const staff = ['identity.write', 'identity.grant', 'identity.policy', 'audit.read']

/** Those who run accounts or rights see more of people than the directory. */
export const seesAccounts = (): boolean => staff.some((permission) => session.can(permission))
