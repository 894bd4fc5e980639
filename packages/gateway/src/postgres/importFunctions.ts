/**
 * The fourth and the fifth migration: the import of a file's attempts. Each call imports one batch in one transaction and
 * leaves existing rows as they are, so that it can be repeated.
 *
 * A batch takes its locks in the same order as the other functions: existing attempts, then orders by key, then terminals by
 * name. Imported history is older than everything written here: its transaction is 0, and watchers do not receive it.
 */

/** The id of a store, so that a file is not imported into two of them, and the import of notifications. */
export const IMPORT = `
INSERT INTO hipay_pos.identity (name, value) VALUES ('store', gen_random_uuid()) ON CONFLICT DO NOTHING;

CREATE FUNCTION hipay_pos.import_notifications_v1(p_batch text) RETURNS TABLE (imported integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  given record;
  received bigint;
  count_imported integer := 0;
BEGIN
  FOR given IN
    SELECT * FROM json_to_recordset(p_batch::json)
      AS r (key text, attempt text, considered boolean, json text, forward json)
  LOOP
    INSERT INTO hipay_pos.notifications (key, attempt, json) VALUES (given.key, given.attempt, given.json)
      ON CONFLICT DO NOTHING RETURNING number INTO received;
    CONTINUE WHEN received IS NULL;
    count_imported := count_imported + 1;
    IF given.attempt IS NOT NULL AND NOT given.considered THEN
      INSERT INTO hipay_pos.notification_work AS w VALUES (given.attempt, received, NULL, '-infinity')
        ON CONFLICT (attempt) DO UPDATE SET last = greatest(w.last, received);
    END IF;
    IF json_typeof(given.forward) = 'object' THEN
      INSERT INTO hipay_pos.notification_forwards (notification, url, content_type, signature, body, tries, due_at)
        SELECT received, f.url, f.content_type, f.signature, decode(f.body, 'base64'), f.tries, f.due_at
          FROM json_to_record(given.forward)
            AS f (url text, content_type text, signature text, body text, tries integer, due_at bigint);
    END IF;
  END LOOP;
  RETURN QUERY SELECT count_imported;
END $$
`

/**
 * If another attempt holds the order's guard, the guard is locked but unchanged: when that attempt is declined, it has to see
 * the imported one.
 */
const GUARD = `
      INSERT INTO hipay_pos.order_guards AS g
        VALUES (given.key, given.id, given.opened_at, given.state, given.amount, given.currency)
        ON CONFLICT (key) DO UPDATE SET state = g.state WHERE false`

/** Takes the guard of a terminal, which only one undecided attempt at a time can hold. */
const TAKE_TERMINAL = `
    INSERT INTO hipay_pos.terminal_guards (terminal, attempt, opened_at) VALUES (given.terminal, given.id, given.opened_at)
      ON CONFLICT DO NOTHING;
    SELECT g.attempt INTO holder FROM hipay_pos.terminal_guards g
      WHERE g.terminal = given.terminal AND g.attempt <> given.id;
    IF FOUND THEN
      RAISE EXCEPTION 'the terminal % has the attempt % of this store, which is undecided: wait for its end, or resolve it, and import again',
        given.terminal, holder.attempt;
    END IF;`

/** The import of attempts and guards: replaces the first versions of schema 4, with the same parameters. */
export const IMPORT_ATTEMPTS = `
CREATE OR REPLACE FUNCTION hipay_pos.import_attempts_v1(p_source text, p_batch text)
RETURNS TABLE (imported integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  given record;
  standing record;
  holder record;
  -- Those of this call: of one that was there already, a person may have released the guards.
  fresh text[] := '{}';
BEGIN
  PERFORM FROM hipay_pos.attempts a WHERE a.id IN (SELECT r.id FROM json_to_recordset(p_batch::json) AS r (id text))
    ORDER BY a.id FOR SHARE;
  FOR given IN
    SELECT * FROM json_to_recordset(p_batch::json) AS r (
      place bigint, id text, key text, login text, state text, resolutions integer, opened_at bigint, words text,
      customer boolean, terminal text, connected text, json text, amount bigint, currency text, guards_order boolean,
      terminals json, history json
    ) ORDER BY r.key, r.place
  LOOP
    SELECT a.state INTO standing FROM hipay_pos.attempts a WHERE a.id = given.id;
    IF FOUND THEN
      -- An order stands guarded while its attempt may have moved money, by either account of it.
      IF given.guards_order AND standing.state NOT IN ('declined', 'not-started')
        OR given.state IN ('approved', 'approved-in-part') AND standing.state IN ('declined', 'not-started')
      THEN ${GUARD};
      END IF;
      CONTINUE;
    END IF;
    INSERT INTO hipay_pos.attempts (
        number, id, key, login, instance, state, queued, resolutions, opened_at, words, customer, terminal, connected, json
      ) VALUES (
        given.place, given.id, given.key, given.login, p_source, given.state, false, given.resolutions, given.opened_at,
        given.words, given.customer, given.terminal, given.connected, given.json
      );
    IF given.guards_order THEN ${GUARD};
    END IF;
    fresh := fresh || given.id;
  END LOOP;
  FOR given IN
    SELECT name.value AS terminal, r.id, r.opened_at
      FROM json_to_recordset(p_batch::json) AS r (id text, opened_at bigint, terminals json)
        CROSS JOIN json_array_elements_text(r.terminals) AS name
      WHERE r.id = ANY (fresh) ORDER BY name.value
  LOOP${TAKE_TERMINAL}
  END LOOP;
  INSERT INTO hipay_pos.history (tx, attempt, opened_at, at, state, json)
    SELECT '0', r.id, r.opened_at, said.at, said.state, said.json
      FROM json_to_recordset(p_batch::json) AS r (id text, opened_at bigint, history json)
        CROSS JOIN LATERAL ROWS FROM (json_to_recordset(r.history) AS (at bigint, state text, json text))
          WITH ORDINALITY AS said (at, state, json, line)
      WHERE r.id = ANY (fresh) ORDER BY r.id, said.line;
  RETURN QUERY SELECT cardinality(fresh);
END $$;

CREATE OR REPLACE FUNCTION hipay_pos.import_guards_v1(p_batch text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
  holder record;
BEGIN
  -- Nothing that is still to be known of another attempt may release the order: only one that was paid keeps it instead.
  INSERT INTO hipay_pos.order_guards AS g
    SELECT r.name, r.attempt, 0, 'unknown', 0, '' FROM json_to_recordset(p_batch::json) AS r ("of" text, name text, attempt text)
      WHERE r."of" = 'order' ORDER BY r.name
    ON CONFLICT (key) DO UPDATE
      SET attempt = excluded.attempt, opened_at = 0, state = excluded.state, amount = 0, currency = ''
      WHERE g.state NOT IN ('approved', 'approved-in-part');
  FOR given IN
    SELECT r.name AS terminal, r.attempt AS id, 0 AS opened_at
      FROM json_to_recordset(p_batch::json) AS r ("of" text, name text, attempt text)
      WHERE r."of" = 'terminal' ORDER BY r.name
  LOOP${TAKE_TERMINAL}
  END LOOP;
END $$
`
