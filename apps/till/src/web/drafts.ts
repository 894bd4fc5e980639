/**
 * What was typed and is not recorded yet: of an unknown payment, of the count of a day. Kept while the tab is open, so that a
 * look at another view or a reload loses nothing. What the browser keeps has card numbers masked, as in what the till keeps.
 */

/** The fields of a form, by name. */
export type Draft = Readonly<Record<string, string>>

const KEY = "till.drafts"

const stored = (): ReadonlyArray<[string, Draft]> => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as ReadonlyArray<[string, Draft]>
  } catch {
    // A browser may forbid it; then a reload begins anew.
    return []
  }
}

const drafts = new Map(stored())

const store = async () => {
  try {
    const { maskWritten } = await import("@hipay-pos/core/CardNumber")
    const masked = (draft: Draft) => Object.entries(draft).map(([name, text]) => [name, maskWritten(text)])
    const entries = [...drafts].map(([key, draft]) => [key, Object.fromEntries(masked(draft))])
    // Where there is no room for this, a reload must not show what was typed before it.
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
