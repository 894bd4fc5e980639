/**
 * The second migration: a store's identity, and HiPay's notifications with the work that is still to be done on them.
 *
 * `notification_work` has a row for each attempt with notifications that are not yet, or are being, considered. An instance
 * takes a row for a limited time, so that nothing is lost if it is killed.
 */

/** How long an instance has to consider an attempt's notifications, or to forward one, before another one does it. */
const TAKEN = "interval '30 seconds'"

/**
 * Stores a notification. Also of the tenth migration: in the first version, one that came at the same time could count as
 * considered.
 */
export const RECEIVE = `
CREATE OR REPLACE FUNCTION hipay_pos.receive_notification_v1(
  p_owner text, p_reference text, p_key text, p_attempt text, p_json text, p_at bigint,
  p_url text, p_content_type text, p_signature text, p_body text
) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  own text;
  unique_key text;
  received bigint;
BEGIN
  IF p_attempt IS NOT NULL THEN
    INSERT INTO hipay_pos.notification_bindings VALUES (p_owner, p_reference, p_attempt) ON CONFLICT DO NOTHING;
    SELECT b.attempt INTO own FROM hipay_pos.notification_bindings b
      WHERE b.owner = p_owner AND b.reference = p_reference AND b.attempt = p_attempt;
  END IF;
  unique_key := concat_ws(E'\\n', p_owner, coalesce(own, ''), p_key);
  IF own IS NOT NULL AND NOT EXISTS (SELECT FROM hipay_pos.notifications n WHERE n.key = unique_key) THEN
    -- Locked before its number is taken: those of an attempt become visible in the order of their numbers.
    INSERT INTO hipay_pos.notification_work AS w VALUES (own, 0, NULL, clock_timestamp() + ${TAKEN})
      ON CONFLICT (attempt) DO UPDATE SET last = w.last;
  END IF;
  INSERT INTO hipay_pos.notifications (key, attempt, json) VALUES (unique_key, own, p_json) ON CONFLICT DO NOTHING
    RETURNING number INTO received;
  IF received IS NULL THEN
    SELECT n.number INTO received FROM hipay_pos.notifications n WHERE n.key = unique_key;
  ELSIF own IS NOT NULL THEN
    UPDATE hipay_pos.notification_work w SET last = received WHERE w.attempt = own;
  END IF;
  IF p_url IS NOT NULL THEN
    INSERT INTO hipay_pos.notification_forwards (notification, url, content_type, signature, body, due_at)
      VALUES (received, p_url, p_content_type, p_signature, decode(p_body, 'base64'), p_at) ON CONFLICT DO NOTHING;
  END IF;
  RETURN own;
END $$`

/** Tables and functions. */
export const NOTIFICATION_TABLES = `
CREATE TABLE hipay_pos.identity (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE hipay_pos.notification_bindings (
  owner text NOT NULL,
  reference text NOT NULL,
  attempt text NOT NULL,
  PRIMARY KEY (owner, reference)
);

CREATE TABLE hipay_pos.notifications (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  attempt text,
  json text NOT NULL
);
CREATE INDEX notifications_by_attempt ON hipay_pos.notifications (attempt, number) WHERE attempt IS NOT NULL;

CREATE TABLE hipay_pos.notification_work (
  attempt text PRIMARY KEY,
  last bigint NOT NULL,
  taken_by text,
  taken_until timestamptz NOT NULL
);

CREATE TABLE hipay_pos.notification_forwards (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notification bigint NOT NULL UNIQUE,
  url text NOT NULL,
  content_type text NOT NULL,
  signature text NOT NULL,
  body bytea NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  due_at bigint NOT NULL,
  taken_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX notification_forwards_due ON hipay_pos.notification_forwards (due_at, number);

${RECEIVE};

CREATE FUNCTION hipay_pos.take_notified_v1(p_attempt text, p_by text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO hipay_pos.notification_work AS w VALUES (p_attempt, 0, p_by, clock_timestamp() + ${TAKEN})
    ON CONFLICT (attempt) DO UPDATE SET taken_by = p_by, taken_until = excluded.taken_until
    WHERE w.taken_by IS NULL OR w.taken_by = p_by OR w.taken_until < clock_timestamp();
  RETURN FOUND;
END $$;

CREATE FUNCTION hipay_pos.release_notified_v1(p_attempt text, p_by text, p_considered bigint) RETURNS void LANGUAGE sql AS $$
  DELETE FROM hipay_pos.notification_work w WHERE w.attempt = p_attempt AND w.taken_by = p_by AND w.last <= p_considered;
  UPDATE hipay_pos.notification_work w SET taken_by = NULL, taken_until = clock_timestamp() + ${TAKEN}
    WHERE w.attempt = p_attempt AND w.taken_by = p_by;
$$;

CREATE FUNCTION hipay_pos.left_notified_v1() RETURNS TABLE (attempt text) LANGUAGE sql AS $$
  UPDATE hipay_pos.notification_work w SET taken_by = NULL, taken_until = clock_timestamp() + ${TAKEN}
    WHERE w.attempt IN (
      SELECT o.attempt FROM hipay_pos.notification_work o WHERE o.taken_until < clock_timestamp()
      ORDER BY o.taken_until LIMIT 100 FOR UPDATE SKIP LOCKED
    )
    RETURNING w.attempt;
$$;

CREATE FUNCTION hipay_pos.next_forward_v1(p_now bigint)
RETURNS TABLE (
  number bigint, url text, content_type text, signature text, body text, tries integer, due_at bigint
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY UPDATE hipay_pos.notification_forwards f SET taken_until = clock_timestamp() + ${TAKEN}
    WHERE f.number = (
      SELECT o.number FROM hipay_pos.notification_forwards o WHERE o.due_at <= p_now AND o.taken_until < clock_timestamp()
      ORDER BY o.due_at, o.number LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING f.number, f.url, f.content_type, f.signature, encode(f.body, 'base64'), f.tries, f.due_at;
  IF FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT f.number, f.url, f.content_type, f.signature, encode(f.body, 'base64'), f.tries, f.due_at
    FROM hipay_pos.notification_forwards f WHERE f.due_at > p_now AND f.taken_until < clock_timestamp()
    ORDER BY f.due_at, f.number LIMIT 1;
END $$
`

/** What the URLs of one host and port have in common, as written: up to the slash after `http://` and the host. */
export const PLACE = "coalesce(substring(url FROM '^[^/]*//[^/]*/'), url)"

/** The ninth migration: deliveries are found by their place. */
export const FORWARDS_BY_PLACE = `
CREATE INDEX notification_forwards_by_place ON hipay_pos.notification_forwards ((${PLACE}), due_at, number)
`
