/** What only Node can do: a journal of attempts on disk, notifications on `node:http`. */
export * as FileJournal from "./FileJournal.ts"
export { nodeNotificationHandler } from "./nodeNotificationHandler.ts"
