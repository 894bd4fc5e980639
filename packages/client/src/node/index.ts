/** What only Node can do: a journal of attempts on disk. */
export * as FileJournal from "./FileJournal.ts"
