/** Every region has these; incidents go to the first. */
export const teamNames = ['网络组', '服务台'] as const
export type TeamName = (typeof teamNames)[number]
