export * from './grant-store.ts'
export * from './region-store.ts'
export * from './team-store.ts'
export * from './user-store.ts'
