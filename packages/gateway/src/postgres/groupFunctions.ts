/**
 * The eighth migration: the claims, or the ends, that wait in one instance, as one transaction and one round trip.
 *
 * Each row is checked as in `claim_v1` or `change_v2`, and written if nothing conflicts with it. The record that was read is
 * not compared, because only its own instance writes an attempt while it is open. A row that is not written leaves nothing
 * behind: its caller then calls those functions, which return whether it is refused, joined or queued. If the database
 * rejects a row, or a row waits too long for a lock, nothing of the group is written, and each caller calls them.
 *
 * Locks are taken in the same order as in the other functions, sorted within each kind: attempts by id, orders by key,
 * terminals by name. Documents are joined by line breaks; a row whose documents contain one is not sent here.
 */

/** Rows with the documents that belong to them. */
const given = (columns: ReadonlyArray<string>) => `given AS MATERIALIZED (
      SELECT * FROM ROWS FROM (
        json_to_recordset(p_rows::json) AS (${columns.join(", ")}),
        string_to_table(p_jsons, E'\\n'), string_to_table(p_said, E'\\n')
      ) AS r (${columns.map((column) => column.split(" ")[0]).join(", ")}, json, said)
    )`

/** Errors of one row, which leave the whole group unwritten. */
const ALONE = `EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded
    OR transaction_rollback OR lock_not_available THEN RETURN;`

/**
 * Plans are made once per connection, perhaps while the tables are still empty, and have to be good once they are large. The
 * lock timeout keeps a row that waits for another transaction from holding up the others for long.
 */
const SETTINGS = `SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off SET lock_timeout = '250ms'`

const claimGroup = `
CREATE OR REPLACE FUNCTION hipay_pos.claim_group_v1(p_rows text, p_jsons text, p_said text) RETURNS TABLE (id text)
LANGUAGE plpgsql ${SETTINGS} AS $$
#variable_conflict use_column
DECLARE
  guarded text[];
  written text[];
BEGIN
  WITH ${given([
    "instance text",
    "id text",
    "key text",
    "login text",
    "opened_at bigint",
    "words text",
    "customer boolean",
    "amount bigint",
    "currency text",
    "terminal text",
    "connected text",
    "resolutions integer"
  ])},
    orders AS (
      INSERT INTO hipay_pos.order_guards (key, attempt, opened_at, state, amount, currency)
        SELECT g.key, g.id, g.opened_at, 'open', g.amount, g.currency FROM given g
        WHERE EXISTS (
            SELECT FROM hipay_pos.instances i WHERE i.id = g.instance AND NOT i.gone AND i.alive_until > clock_timestamp()
          )
          AND NOT EXISTS (SELECT FROM hipay_pos.queue q WHERE q.terminal IN (g.terminal, g.connected))
          AND NOT EXISTS (SELECT FROM hipay_pos.terminal_guards t WHERE t.terminal IN (g.terminal, g.connected))
        ORDER BY g.key
        ON CONFLICT (key) DO NOTHING
        RETURNING attempt
    ),
    names AS MATERIALIZED (
      SELECT g.id, g.opened_at, n.name FROM given g JOIN orders o ON o.attempt = g.id
        CROSS JOIN LATERAL unnest(ARRAY[g.terminal, nullif(g.connected, g.terminal)]) AS n (name)
        WHERE n.name IS NOT NULL
    ),
    terminals AS (
      INSERT INTO hipay_pos.terminal_guards (terminal, attempt, opened_at)
        SELECT n.name, n.id, n.opened_at FROM names n ORDER BY n.name
        ON CONFLICT (terminal) DO NOTHING
        RETURNING terminal, attempt
    ),
    free AS MATERIALIZED (
      SELECT g.* FROM given g JOIN orders o ON o.attempt = g.id WHERE NOT EXISTS (
        SELECT FROM names n WHERE n.id = g.id
          AND NOT EXISTS (SELECT FROM terminals t WHERE t.terminal = n.name AND t.attempt = n.id)
      )
    ),
    attempts AS (
      INSERT INTO hipay_pos.attempts (
          id, key, login, instance, state, queued, resolutions, opened_at, words, customer, terminal, connected, json
        ) SELECT f.id, f.key, f.login, f.instance, 'open', false, f.resolutions, f.opened_at, f.words, f.customer, f.terminal,
          f.connected, f.json FROM free f
    ),
    history AS (
      INSERT INTO hipay_pos.history (attempt, opened_at, at, state, json)
        SELECT f.id, f.opened_at, f.opened_at, 'open', f.said FROM free f
    )
    SELECT ARRAY(SELECT o.attempt FROM orders o), ARRAY(SELECT f.id FROM free f) INTO guarded, written;
  IF cardinality(guarded) > cardinality(written) THEN
    DELETE FROM hipay_pos.terminal_guards t WHERE t.attempt = ANY (guarded) AND t.attempt <> ALL (written);
    DELETE FROM hipay_pos.order_guards o
      USING json_to_recordset(p_rows::json) AS g (id text, key text)
      WHERE o.key = g.key AND o.attempt = g.id AND g.id = ANY (guarded) AND g.id <> ALL (written);
  END IF;
  RETURN QUERY SELECT w.id FROM unnest(written) AS w (id);
${ALONE}
END $$`

/** Ends of attempts that have had their turn, and that keep the guard of their order. */
const makeChangeGroup = (version: number, hasWords: boolean) => `
CREATE OR REPLACE FUNCTION hipay_pos.change_group_v${version}(p_rows text, p_jsons text, p_said text) RETURNS TABLE (id text)
LANGUAGE plpgsql ${SETTINGS} AS $$
#variable_conflict use_column
DECLARE
  changed text[];
BEGIN
  WITH ${given([
    "id text",
    "opened_at bigint",
    "seen_state text",
    "seen_resolutions integer",
    "state text",
    "customer boolean",
    "resolutions integer",
    "at bigint",
    "frees_terminal boolean",
    "amount bigint",
    "currency text",
    ...(hasWords ? ["words text"] : [])
  ])},
    own AS MATERIALIZED (
      SELECT a.number, a.key, a.login, a.instance,${hasWords ? "" : " a.words,"} a.terminal, a.connected, g.*
        FROM (SELECT * FROM given ORDER BY id) AS g CROSS JOIN LATERAL (
          SELECT * FROM hipay_pos.attempts o WHERE o.id = g.id AND o.opened_at = g.opened_at
            AND o.state = g.seen_state AND o.resolutions = g.seen_resolutions AND NOT o.queued
            FOR UPDATE
        ) AS a
    ),
    -- They are there, and are updated: an insertion finds the one table of their month, where an update opens all.
    written AS (
      INSERT INTO hipay_pos.attempts AS a (
          number, id, key, login, instance, state, queued, resolutions, opened_at, words, customer, terminal, connected, json
        ) SELECT o.number, o.id, o.key, o.login, o.instance, o.state, false, o.resolutions, o.opened_at, o.words, o.customer,
          o.terminal, o.connected, o.json FROM own o
        ON CONFLICT (id, opened_at) DO UPDATE SET
          state = excluded.state, customer = excluded.customer, resolutions = excluded.resolutions, json = excluded.json${
            hasWords ? ", words = excluded.words" : ""
          }
        RETURNING id
    ),
    orders AS (
      INSERT INTO hipay_pos.order_guards AS g (key, attempt, opened_at, state, amount, currency)
        SELECT o.key, o.id, o.opened_at, o.state, o.amount, o.currency FROM own o ORDER BY o.key
        ON CONFLICT (key) DO UPDATE SET
          state = CASE WHEN g.attempt = excluded.attempt THEN excluded.state ELSE g.state END,
          amount = CASE WHEN g.attempt = excluded.attempt THEN excluded.amount ELSE g.amount END,
          currency = CASE WHEN g.attempt = excluded.attempt THEN excluded.currency ELSE g.currency END
    ),
    terminals AS (
      DELETE FROM hipay_pos.terminal_guards t WHERE t.attempt = ANY (ARRAY(SELECT o.id FROM own o WHERE o.frees_terminal))
    ),
    history AS (
      INSERT INTO hipay_pos.history (attempt, opened_at, at, state, json)
        SELECT o.id, o.opened_at, o.at, o.state, o.said FROM own o
    )
    SELECT ARRAY(SELECT w.id FROM written w) INTO changed;
  -- Not before all is written: rows that were given would stay given where a later part fails.
  RETURN QUERY SELECT c.id FROM unnest(changed) AS c (id);
${ALONE}
END $$`

export const GROUPS = [claimGroup, makeChangeGroup(1, false)].join(";\n")

/**
 * Of the tenth migration: ends that also write the search words, some of which come from the terminal. The first two replace
 * the eighth migration's first versions: one named no conflict column, and claimed orders twice if a guard's index was
 * missing; the other returned ends that it had not written.
 */
export const GROUPS_AGAIN = [GROUPS, makeChangeGroup(2, true)].join(";\n")
