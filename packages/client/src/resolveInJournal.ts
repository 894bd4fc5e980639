/** Resolves an attempt of a journal without a server: for a till that speaks to its terminal directly. */
import * as AttemptJournal from "./AttemptJournal.ts"
import { platform } from "./Caller.ts"
import { load } from "./load.ts"
import type { AskTerminal, ResolveOptions, Settlement } from "./Resolution.ts"

/** Loads what resolves attempts of a journal. Rejects with `JournalFailed` if it cannot be loaded. */
export const loadResolver = () =>
  load(import("./attempts/onDemand.ts"), (detail) => new AttemptJournal.JournalFailed({ detail }))

/**
 * Ends an unsettled attempt by what its terminal proves, else by a person's answer: a client's `resolve` without a
 * server. Rejects with `JournalFailed`, `NotUnsettled`, `StillUnderWay`, `EvidenceMissing`.
 */
export const resolveInJournal = async (
  journal: AttemptJournal.AttemptJournal,
  id: string,
  resolution?: ResolveOptions,
  askTerminal?: AskTerminal
): Promise<Settlement> => {
  const { resolveAttempt } = await loadResolver()
  return resolveAttempt(AttemptJournal.toPromises(journal), id, resolution, {
    askDirectly: askTerminal,
    now: platform.now
  })
}
