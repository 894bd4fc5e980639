/**
 * What was typed about an unknown payment or the count of a day, and is not recorded yet. Kept while the tab is open, so that a
 * look at another view or a reload loses nothing. Card numbers are masked in the browser's storage, as in the till's.
 */

/** The fields of a form, by name. */
export type Draft = Readonly<Record<string, string>>

const KEY = "till.drafts"

const stored = (): ReadonlyArray<[string, Draft]> => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as ReadonlyArray<[string, Draft]>
  } catch {
    // Browsers may forbid storage: a reload then loses the drafts.
    return []
  }
}

const drafts = new Map(stored())

const store = async () => {
  try {
    const { maskWritten } = await import("@hipay-pos/core/CardNumber")
    const masked = (draft: Draft) => Object.entries(draft).map(([name, text]) => [name, maskWritten(text)])
    const entries = [...drafts].map(([key, draft]) => [key, Object.fromEntries(masked(draft))])
    // If there is no room for this draft, a reload must not bring back an older one.
    sessionStorage.removeItem(KEY)
    sessionStorage.setItem(KEY, JSON.stringify(entries))
  } catch {
    // As above.
  }
}

/** The draft of a key; empty if there is none. */
export const draftOf = (key: string): Draft => drafts.get(key) ?? {}

/** The keys of all drafts. */
export const draftKeys = (): ReadonlyArray<string> => [...drafts.keys()]

/** Keeps a draft under a key, in place of the one before. */
export const keepDraft = (key: string, draft: Draft): void => {
  drafts.set(key, draft)
  void store()
}

/** Removes the draft of a key. */
export const dropDraft = (key: string): void => {
  if (drafts.delete(key)) void store()
}
