/**
 * The fourth migration: how a file's attempts are brought in. Each call is one transaction over some of them, and what is
 * there already stays as it is, so that it can be called again with the same ones.
 *
 * A batch takes its locks as the other acts do: orders by key, then terminals by name. History that is brought in is older
 * than all that was written here: its transaction is 0, and those who follow the changes are not told of it.
 */

/** Functions, and what a store calls itself, so that a file is not brought to two of them. */
export const IMPORT = `
INSERT INTO hipay_pos.identity (name, value) VALUES ('store', gen_random_uuid()) ON CONFLICT DO NOTHING;

CREATE FUNCTION hipay_pos.import_attempts_v1(p_source text, p_batch text)
RETURNS TABLE (imported integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  given record;
  standing record;
  -- Those of this call: of one that was there already, a person may have released the guards.
  fresh text[] := '{}';
BEGIN
  FOR given IN
    SELECT * FROM json_to_recordset(p_batch::json) AS r (
      place bigint, id text, key text, login text, state text, resolutions integer, opened_at bigint, words text,
      customer boolean, terminal text, connected text, json text, amount bigint, currency text, guards_order boolean,
      terminals json, history json
    ) ORDER BY r.key, r.place
  LOOP
    SELECT a.state INTO standing FROM hipay_pos.attempts a WHERE a.id = given.id;
    IF FOUND THEN
      -- Paid by one account of it: nothing else is paid under its key until a person has looked.
      IF given.state IN ('approved', 'approved-in-part') AND standing.state IN ('declined', 'not-started') THEN
        INSERT INTO hipay_pos.order_guards
          VALUES (given.key, given.id, given.opened_at, given.state, given.amount, given.currency) ON CONFLICT DO NOTHING;
      END IF;
      CONTINUE;
    END IF;
    INSERT INTO hipay_pos.attempts (
        number, id, key, login, instance, state, queued, resolutions, opened_at, words, customer, terminal, connected, json
      ) VALUES (
        given.place, given.id, given.key, given.login, p_source, given.state, false, given.resolutions, given.opened_at,
        given.words, given.customer, given.terminal, given.connected, given.json
      );
    IF given.guards_order THEN
      INSERT INTO hipay_pos.order_guards
        VALUES (given.key, given.id, given.opened_at, given.state, given.amount, given.currency) ON CONFLICT DO NOTHING;
    END IF;
    fresh := fresh || given.id;
  END LOOP;
  FOR given IN
    SELECT name.value AS terminal, r.id, r.opened_at
      FROM json_to_recordset(p_batch::json) AS r (id text, opened_at bigint, terminals json)
        CROSS JOIN json_array_elements_text(r.terminals) AS name
      WHERE r.id = ANY (fresh) ORDER BY name.value
  LOOP
    INSERT INTO hipay_pos.terminal_guards (terminal, attempt, opened_at) VALUES (given.terminal, given.id, given.opened_at)
      ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      SELECT g.attempt INTO standing FROM hipay_pos.terminal_guards g WHERE g.terminal = given.terminal;
      RAISE EXCEPTION 'the terminal % has the attempt % of this store, which is undecided: wait for its end, or resolve it, and import again',
        given.terminal, standing.attempt;
    END IF;
  END LOOP;
  INSERT INTO hipay_pos.history (tx, attempt, opened_at, at, state, json)
    SELECT '0', r.id, r.opened_at, said.at, said.state, said.json
      FROM json_to_recordset(p_batch::json) AS r (id text, opened_at bigint, history json)
        CROSS JOIN LATERAL ROWS FROM (json_to_recordset(r.history) AS (at bigint, state text, json text))
          WITH ORDINALITY AS said (at, state, json, line)
      WHERE r.id = ANY (fresh) ORDER BY r.id, said.line;
  RETURN QUERY SELECT cardinality(fresh);
END $$;

CREATE FUNCTION hipay_pos.import_guards_v1(p_batch text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO hipay_pos.order_guards
    SELECT r.name, r.attempt, 0, 'unknown', 0, '' FROM json_to_recordset(p_batch::json) AS r ("of" text, name text, attempt text)
      WHERE r."of" = 'order' ORDER BY r.name ON CONFLICT DO NOTHING;
  INSERT INTO hipay_pos.terminal_guards (terminal, attempt, opened_at)
    SELECT r.name, r.attempt, 0 FROM json_to_recordset(p_batch::json) AS r ("of" text, name text, attempt text)
      WHERE r."of" = 'terminal' ORDER BY r.name ON CONFLICT DO NOTHING;
$$;

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
