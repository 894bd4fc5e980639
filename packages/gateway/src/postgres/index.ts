/** A store that several gateways share, in PostgreSQL. For this workspace only; the gateway loads it where it is asked for. */
export * as Address from "./Address.ts"
export { checkShared, type SharedCheck } from "./checkShared.ts"
export * as Database from "./Database.ts"
export { forgetCustomers } from "./forgetCustomers.ts"
export { compareStore, type Import, importStore } from "./importStore.ts"
export { migrate, SCHEMA } from "./migrate.ts"
export { openShared } from "./openShared.ts"
export * as PostgresStore from "./PostgresStore.ts"
