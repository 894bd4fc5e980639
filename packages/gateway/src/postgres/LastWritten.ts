/**
 * What this gateway knows to be written: its own last claim, its own last change, and the newest change of any instance that
 * its last renewal has read. A database that lacks one of them is not the one that wrote it, or is an earlier state of it: a
 * backup was restored, or a standby that had not received the change has taken over. It would let a paid order be paid again.
 *
 * History is never deleted, so a missing change was never there. The database checks in the statement that claims or renews a
 * lease, which is then undone.
 */

/** The last known changes. */
export interface LastWritten {
  /** Records a written change, by the attempt's state and id. */
  readonly note: (kind: "claim" | "change", state: string, id: string) => void
  /** Records the newest change of the database, as {@link NEWEST} returns it. */
  readonly noteNewest: (newest: unknown) => void
  /** A change a line, for `require_written_v1`. */
  readonly lines: () => string
}

export const make = (): LastWritten => {
  const last = new Map<"claim" | "change" | "newest", string>()
  return {
    note: (kind, state, id) => void last.set(kind, `${state} ${id}`),
    noteNewest: (newest) => {
      if (typeof newest === "string") last.set("newest", newest)
    },
    lines: () => [...last.values()].join("\n")
  }
}

/** An expression for the newest change; NULL if there is none. */
export const NEWEST = "(SELECT h.state || ' ' || h.attempt FROM hipay_pos.history h ORDER BY h.number DESC LIMIT 1)"

/** The error code for a missing change. */
export const NOT_WRITTEN = "HP001"

/** Of the tenth migration: fails if one of these changes is missing, and so undoes the statement that calls it. */
export const REQUIRE_WRITTEN = `
CREATE FUNCTION hipay_pos.require_written_v1(p_written text) RETURNS void LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  change text;
BEGIN
  FOREACH change IN ARRAY string_to_array(p_written, E'\\n') LOOP
    PERFORM FROM hipay_pos.history h
      WHERE h.attempt = substr(change, strpos(change, ' ') + 1) AND h.state = split_part(change, ' ', 1);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a change that was written is missing' USING ERRCODE = '${NOT_WRITTEN}';
    END IF;
  END LOOP;
END $$`
