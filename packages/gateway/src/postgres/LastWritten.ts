/**
 * What this gateway knows to be written: its own last claim, its own last change, and the newest change of all that a sign of
 * life has read. A database without them is not the one that wrote them, or is an earlier state of it: a backup was put back,
 * or a standby that had not received them has taken over. An order that was paid since would be paid again there.
 *
 * History is never deleted, so what is missing was never there. The database looks in the same statement as it claims or
 * renews a lease, which is then undone.
 */

/** The last changes, as the database is asked for them. */
export interface LastWritten {
  /** Takes a change that is written, by an attempt's state and its id. */
  readonly note: (kind: "claim" | "change", state: string, id: string) => void
  /** Takes the newest change that the database has, as {@link NEWEST} gives it. */
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

/** The newest change, as an expression of a statement; NULL where there is none. */
export const NEWEST = "(SELECT h.state || ' ' || h.attempt FROM hipay_pos.history h ORDER BY h.number DESC LIMIT 1)"

/** The error of a database that lacks one of them. */
export const NOT_WRITTEN = "HP001"

/** Of the tenth migration: fails where one of these changes is missing, and with it the statement that it is a part of. */
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
