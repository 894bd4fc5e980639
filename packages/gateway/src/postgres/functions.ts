/**
 * The operations of a shared store as functions in the database: each is one transaction and one round trip.
 *
 * Their names have versions, because two versions of the gateway run side by side during a deploy: a function that changes
 * gets a new name. Locks are always taken in the same order (attempt, order, terminals by name), so that there are no
 * deadlocks. `claim.pml` models what the functions have to guarantee.
 */

const ROW = "id text, key text, state text, opened_at bigint, json text"
const RETURNS = `RETURNS TABLE (tag text, attempt text, ${ROW})`
const NO_ROW = "NULL::text, NULL::text, NULL::text, NULL::bigint, NULL::text"

/** The undecided attempt that holds a terminal's guard, or else an open one; its state is NULL if its row is gone. */
const HOLDER = `
    SELECT g.attempt, a.state INTO holder FROM hipay_pos.terminal_guards g
      LEFT JOIN hipay_pos.attempts a ON a.id = g.attempt AND a.opened_at = g.opened_at
      WHERE g.terminal IN (first, second) AND g.attempt <> p_id
      ORDER BY a.state IS NOT DISTINCT FROM 'open' LIMIT 1`

/** Takes the guards of all names of a terminal, sorted, or none. */
const TAKE = `
    INSERT INTO hipay_pos.terminal_guards (terminal, attempt, opened_at)
      SELECT name, p_id, p_opened_at FROM unnest(ARRAY[first, second]) AS names (name) WHERE name IS NOT NULL
      ON CONFLICT (terminal) DO NOTHING;
    GET DIAGNOSTICS taken = ROW_COUNT;
    EXIT WHEN taken = num_nonnulls(first, second);
    DELETE FROM hipay_pos.terminal_guards WHERE terminal_guards.attempt = p_id`

/** Wherever a guard is taken, `ON CONFLICT` names its column: if the unique index is missing, a claim then fails. */
const claim = `
CREATE OR REPLACE FUNCTION hipay_pos.claim_v1(
  p_instance text, p_id text, p_key text, p_login text, p_opened_at bigint, p_words text, p_customer boolean,
  p_amount bigint, p_currency text, p_terminal text, p_connected text, p_pay_again boolean, p_resolutions integer, p_json text,
  p_said text
) ${RETURNS} LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  first text := least(p_terminal, p_connected);
  second text := nullif(greatest(p_terminal, p_connected), least(p_terminal, p_connected));
  holder record;
  is_queued boolean := false;
  taken integer;
  claimed bigint;
BEGIN
  IF NOT EXISTS (
    SELECT FROM hipay_pos.instances i WHERE i.id = p_instance AND NOT i.gone AND i.alive_until > clock_timestamp()
  ) THEN
    RETURN QUERY SELECT 'given-up', NULL::text, ${NO_ROW};
    RETURN;
  END IF;
  WHILE NOT p_pay_again LOOP
    INSERT INTO hipay_pos.order_guards VALUES (p_key, p_id, p_opened_at, 'open', p_amount, p_currency)
      ON CONFLICT (key) DO NOTHING;
    EXIT WHEN FOUND;
    RETURN QUERY SELECT 'order-taken', g.attempt, a.id, a.key, a.state, a.opened_at, a.json FROM hipay_pos.order_guards g
      LEFT JOIN hipay_pos.attempts a ON a.id = g.attempt AND a.opened_at = g.opened_at WHERE g.key = p_key;
    IF FOUND THEN RETURN; END IF;
  END LOOP;
  IF first IS NOT NULL THEN
    is_queued := EXISTS (SELECT FROM hipay_pos.queue q WHERE q.terminal IN (first, second));
  END IF;
  WHILE first IS NOT NULL LOOP
    ${HOLDER};
    IF FOUND AND holder.state IS DISTINCT FROM 'open' THEN
      DELETE FROM hipay_pos.order_guards g WHERE g.key = p_key AND g.attempt = p_id;
      RETURN QUERY SELECT 'undecided', holder.attempt, ${NO_ROW};
      RETURN;
    END IF;
    is_queued := is_queued OR FOUND;
    EXIT WHEN is_queued;
    ${TAKE};
  END LOOP;
  INSERT INTO hipay_pos.attempts (
      id, key, login, instance, state, queued, resolutions, opened_at, words, customer, terminal, connected, json
    ) VALUES (
      p_id, p_key, p_login, p_instance, 'open', is_queued, p_resolutions, p_opened_at, p_words, p_customer, p_terminal,
      p_connected, p_json
    ) RETURNING number INTO claimed;
  IF is_queued THEN
    INSERT INTO hipay_pos.queue (terminal, number, attempt)
      SELECT name, claimed, p_id FROM unnest(ARRAY[first, second]) AS names (name) WHERE name IS NOT NULL;
  END IF;
  INSERT INTO hipay_pos.history (attempt, opened_at, at, state, json) VALUES (p_id, p_opened_at, p_opened_at, 'open', p_said);
  RETURN QUERY SELECT CASE WHEN is_queued THEN 'queued' ELSE 'written' END, NULL::text, ${NO_ROW};
END $$`

const makeTurn = (version: number, select: string) => `
CREATE OR REPLACE FUNCTION hipay_pos.turn_v${version}(p_id text) RETURNS TABLE (tag text, attempt text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  own record;
  first text;
  second text;
  p_opened_at bigint;
  holder record;
  taken integer;
BEGIN
  SELECT a.state, a.queued, a.opened_at, a.terminal, a.connected, a.instance INTO own FROM hipay_pos.attempts a
    WHERE a.id = p_id FOR UPDATE;
  IF NOT FOUND OR own.state <> 'open' THEN
    RETURN QUERY SELECT 'ended', NULL::text;
    RETURN;
  END IF;
${select}
  first := least(own.terminal, own.connected);
  second := nullif(greatest(own.terminal, own.connected), first);
  p_opened_at := own.opened_at;
  WHILE own.queued LOOP
    ${HOLDER};
    IF FOUND THEN
      RETURN QUERY SELECT CASE WHEN holder.state = 'open' THEN 'queued' ELSE 'undecided' END, holder.attempt;
      RETURN;
    END IF;
    ${TAKE};
  END LOOP;
  IF own.queued THEN
    UPDATE hipay_pos.attempts a SET queued = false WHERE a.id = p_id AND a.opened_at = p_opened_at;
    DELETE FROM hipay_pos.queue q WHERE q.attempt = p_id;
  END IF;
  RETURN QUERY SELECT 'taken', NULL::text;
END $$`

const turn = makeTurn(1, "")

/**
 * As before, but gives no turn to an attempt of an instance that was given up: its queued attempts are ended as not started.
 * The instance's row is locked, so that it is given up either before the turn, which sees that here, or after it, and then
 * sees the turn.
 */
export const TURN = makeTurn(
  2,
  `  PERFORM FROM hipay_pos.instances i WHERE i.id = own.instance AND NOT i.gone FOR SHARE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'ended', NULL::text;
    RETURN;
  END IF;`
)

const makeChange = (
  version: number,
  { parameters = "", columns = "", seen = "", amount = "p_amount, p_currency" } = {}
) => `
CREATE FUNCTION hipay_pos.change_v${version}(
  p_id text, p_opened_at bigint, p_seen_state text, p_seen_resolutions integer, p_state text, p_customer boolean,
  p_resolutions integer, p_json text, p_at bigint, p_said text, p_guards_order boolean, p_guards_terminal boolean,
  p_amount bigint, p_currency text${parameters}
) ${RETURNS} LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  own record;
BEGIN
  SELECT a.id, a.key, a.state, a.opened_at, a.json, a.queued, a.resolutions INTO own FROM hipay_pos.attempts a
    WHERE a.id = p_id AND a.opened_at = p_opened_at FOR UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'none', NULL::text, ${NO_ROW};
    RETURN;
  END IF;
  IF own.state <> p_seen_state OR own.resolutions <> p_seen_resolutions${seen} THEN
    RETURN QUERY SELECT 'stands', NULL::text, own.id, own.key, own.state, own.opened_at, own.json;
    RETURN;
  END IF;
  UPDATE hipay_pos.attempts a
    SET state = p_state, customer = p_customer, resolutions = p_resolutions, json = p_json, queued = false${columns}
    WHERE a.id = p_id AND a.opened_at = p_opened_at;
  INSERT INTO hipay_pos.history (attempt, opened_at, at, state, json) VALUES (p_id, p_opened_at, p_at, p_state, p_said);
  IF own.queued THEN
    DELETE FROM hipay_pos.queue q WHERE q.attempt = p_id;
  END IF;
  IF p_guards_order THEN
    -- Locked where another attempt has it: when that one releases it, it has to see this one.
    INSERT INTO hipay_pos.order_guards AS g VALUES (own.key, p_id, p_opened_at, p_state, p_amount, p_currency)
      ON CONFLICT (key) DO UPDATE SET
        state = CASE WHEN g.attempt = p_id THEN p_state ELSE g.state END,
        amount = CASE WHEN g.attempt = p_id THEN p_amount ELSE g.amount END,
        currency = CASE WHEN g.attempt = p_id THEN p_currency ELSE g.currency END;
  ELSE
    DELETE FROM hipay_pos.order_guards g WHERE g.key = own.key AND g.attempt = p_id;
    IF FOUND THEN
      INSERT INTO hipay_pos.order_guards
        SELECT a.key, a.id, a.opened_at, a.state, ${amount} FROM hipay_pos.attempts a
        WHERE a.key = own.key AND a.id <> p_id AND a.state NOT IN ('declined', 'not-started')
        ORDER BY a.number DESC LIMIT 1
        ON CONFLICT (key) DO NOTHING;
    END IF;
  END IF;
  IF NOT p_guards_terminal THEN
    DELETE FROM hipay_pos.terminal_guards g WHERE g.attempt = p_id;
  END IF;
  RETURN QUERY SELECT 'written', NULL::text, ${NO_ROW};
END $$`

const change = makeChange(1)

/**
 * As before, with three additions. It writes the search words, some of which come from the terminal. It does not overwrite a
 * record that has changed since it was read. When it passes a guard on, it writes the amount of the attempt that gets it, if
 * that record can be read. The escapes are removed from the record first, because PostgreSQL cannot convert some of them to
 * text; neither the fields' names nor the amount has any.
 */
const changeWithWords = `
CREATE FUNCTION hipay_pos.amount_in_v1(p_json text, OUT amount bigint, OUT currency text) LANGUAGE plpgsql AS $$
DECLARE
  plain json;
BEGIN
  plain := regexp_replace(p_json, '\\\\(u.{4}|.)', '', 'g');
  amount := coalesce((plain #>> '{amount,minorUnits}')::bigint, 0);
  currency := coalesce(plain #>> '{amount,currency}', '');
EXCEPTION WHEN data_exception THEN
  amount := 0;
  currency := '';
END $$;
${makeChange(2, {
  parameters: ", p_words text, p_seen_json text",
  columns: ", words = p_words",
  seen: " OR own.json <> p_seen_json",
  amount: "(hipay_pos.amount_in_v1(a.json)).*"
})}`

/** Which of the queued attempts may have their turn, and which of the open ones have ended. Ids are one a line. */
const watch = `
CREATE FUNCTION hipay_pos.watch_v1(p_queued text, p_open text) RETURNS TABLE (id text) LANGUAGE sql STABLE AS $$
  WITH queued AS (SELECT line AS id FROM unnest(string_to_array(p_queued, E'\\n')) AS lines (line)),
  places AS (SELECT q.id, p.terminal, p.number FROM queued q JOIN hipay_pos.queue p ON p.attempt = q.id),
  judged AS (
    SELECT p.id,
      EXISTS (SELECT FROM hipay_pos.terminal_guards g WHERE g.terminal = p.terminal) AS is_held,
      EXISTS (
        SELECT FROM hipay_pos.terminal_guards g LEFT JOIN hipay_pos.attempts a ON a.id = g.attempt AND a.opened_at = g.opened_at
        WHERE g.terminal = p.terminal AND a.state IS DISTINCT FROM 'open'
      ) AS is_undecided,
      EXISTS (SELECT FROM hipay_pos.queue o WHERE o.terminal = p.terminal AND o.number < p.number) AS is_behind
    FROM places p
  )
  SELECT q.id FROM queued q WHERE NOT EXISTS (SELECT FROM places p WHERE p.id = q.id)
  UNION ALL SELECT j.id FROM judged j GROUP BY j.id HAVING bool_or(j.is_undecided) OR NOT bool_or(j.is_held OR j.is_behind)
  UNION ALL SELECT o.id FROM unnest(string_to_array(p_open, E'\\n')) AS o (id)
    WHERE NOT EXISTS (SELECT FROM hipay_pos.attempts a WHERE a.id = o.id AND a.state = 'open')
$$`

/**
 * Registers a new incarnation of an instance, unless another one of its name is alive, even one that registers at the same
 * time: then says for how long that one still counts as alive.
 */
const register = `
CREATE OR REPLACE FUNCTION hipay_pos.register_v1(p_id text, p_name text, p_version text, p_settings text, p_lease integer)
RETURNS TABLE (other text, alive_for integer, differs text) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hipay_pos.instances i SET gone = true WHERE i.name = p_name AND NOT i.gone AND i.alive_until < clock_timestamp();
  LOOP
    RETURN QUERY SELECT i.id, (1000 * extract(epoch FROM i.alive_until - clock_timestamp()))::integer, NULL::text
      FROM hipay_pos.instances i WHERE i.name = p_name AND NOT i.gone;
    IF FOUND THEN RETURN; END IF;
    INSERT INTO hipay_pos.instances (id, name, version, settings, alive_until)
      VALUES (p_id, p_name, p_version, p_settings, clock_timestamp() + make_interval(secs => p_lease / 1000.0))
      ON CONFLICT (name) WHERE NOT gone DO NOTHING;
    EXIT WHEN FOUND;
  END LOOP;
  RETURN QUERY SELECT NULL::text, NULL::integer, min(i.name) FROM hipay_pos.instances i
    WHERE NOT i.gone AND i.id <> p_id AND i.settings <> p_settings;
END $$`

/**
 * Renews a lease, gives up instances whose lease has ended, and returns the attempts to be ended: open ones of instances that
 * were given up, and own ones that the instance does not have in progress. `held` is false if this incarnation was given up.
 */
const makeBeat = (version: number, { declared = "", counted = "", share = "" } = {}) => `
CREATE FUNCTION hipay_pos.beat_v${version}(p_id text, p_lease integer, p_in_hand text)
RETURNS TABLE (held boolean, others integer, is_own boolean, queued boolean, ${ROW}) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  is_held boolean;
  count_others integer;${declared}
BEGIN
  UPDATE hipay_pos.instances i SET alive_until = clock_timestamp() + make_interval(secs => p_lease / 1000.0)
    WHERE i.id = p_id AND NOT i.gone AND i.alive_until > clock_timestamp();
  is_held := FOUND;
  UPDATE hipay_pos.instances i SET gone = true WHERE i.id IN (
    SELECT o.id FROM hipay_pos.instances o WHERE NOT o.gone AND o.alive_until < clock_timestamp() FOR UPDATE SKIP LOCKED
  );
  SELECT count(*) INTO count_others FROM hipay_pos.instances i WHERE NOT i.gone AND i.id <> p_id;${counted}
  RETURN QUERY SELECT is_held, count_others, false, false, ${NO_ROW};
  RETURN QUERY SELECT is_held, count_others, a.instance = p_id, a.queued, a.id, a.key, a.state, a.opened_at, a.json
    FROM hipay_pos.attempts a
    WHERE a.state = 'open' AND (
      a.instance IN (SELECT i.id FROM hipay_pos.instances i WHERE i.gone AND i.id <> p_id)${share}
      OR (a.instance = p_id AND a.id <> ALL (string_to_array(p_in_hand, E'\\n')))
    )
    LIMIT 500;
  DELETE FROM hipay_pos.instances i WHERE i.gone AND i.alive_until < clock_timestamp() - interval '1 day'
    AND NOT EXISTS (SELECT FROM hipay_pos.attempts a WHERE a.state = 'open' AND a.instance = i.id);
END $$`

const beat = makeBeat(1)

/** As before, but splits the attempts of instances that are gone among those that live. */
const beatInShares = makeBeat(2, {
  declared: `
  count_before integer;`,
  counted: `
  SELECT count(*) INTO count_before FROM hipay_pos.instances i WHERE NOT i.gone AND i.id < p_id;`,
  share: `
        AND is_held AND (hashtext(a.id) & 2147483647) % (count_others + 1) = count_before`
})

/**
 * Plans once per connection. By default the database plans each call again, over all partitions of the attempts, which takes
 * three times as long as the call.
 */
const planOnce = (...names: ReadonlyArray<string>) =>
  names.map((name) => `ALTER FUNCTION hipay_pos.${name} SET plan_cache_mode = force_generic_plan`).join(";\n")

export const PLANS = planOnce("claim_v1", "turn_v2", "change_v1", "beat_v1")

export const FUNCTIONS = [claim, turn, change, watch, register, beat].join(";\n")

/** Of the tenth migration: replaces functions of earlier ones, whose `ON CONFLICT` named no column. */
export const TAKE_GUARDS = [claim, TURN, planOnce("claim_v1", "turn_v2")].join(";\n")

/** Likewise: the earlier one failed if two instances of one name started at the same time. */
export const REGISTER = register

export const CHANGE_AND_BEAT = [changeWithWords, beatInShares, planOnce("change_v2", "beat_v2")].join(";\n")
