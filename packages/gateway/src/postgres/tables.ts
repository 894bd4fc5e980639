/**
 * The first migration: the tables of a shared store. Attempts are kept by month; guards have tables of their own, so that
 * they hold even if an attempt's row cannot be read, or is gone.
 *
 * Numbers are assigned when a row is written, which is not the order in which rows become visible: a reader of the history
 * sorts by transaction first, and reads only below the oldest transaction that is still running.
 */

/** Tables, indexes, and the trigger that refuses changes to the history. */
export const TABLES = `
CREATE TABLE hipay_pos.instances (
  id text PRIMARY KEY,
  name text NOT NULL,
  version text NOT NULL,
  settings text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  alive_until timestamptz NOT NULL,
  gone boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX instances_by_name ON hipay_pos.instances (name) WHERE NOT gone;

CREATE TABLE hipay_pos.order_guards (
  key text PRIMARY KEY,
  attempt text NOT NULL,
  opened_at bigint NOT NULL,
  state text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL
) WITH (fillfactor = 90);

CREATE TABLE hipay_pos.terminal_guards (
  terminal text PRIMARY KEY,
  attempt text NOT NULL,
  opened_at bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX terminal_guards_by_attempt ON hipay_pos.terminal_guards (attempt);

CREATE TABLE hipay_pos.queue (
  terminal text NOT NULL,
  number bigint NOT NULL,
  attempt text NOT NULL,
  PRIMARY KEY (terminal, number)
);
CREATE INDEX queue_by_attempt ON hipay_pos.queue (attempt);

CREATE SEQUENCE hipay_pos.attempt_numbers;
CREATE TABLE hipay_pos.attempts (
  number bigint NOT NULL DEFAULT nextval('hipay_pos.attempt_numbers'),
  id text NOT NULL,
  key text NOT NULL,
  login text NOT NULL,
  instance text NOT NULL,
  state text NOT NULL,
  queued boolean NOT NULL,
  resolutions integer NOT NULL DEFAULT 0,
  opened_at bigint NOT NULL,
  words text NOT NULL,
  customer boolean NOT NULL,
  terminal text,
  connected text,
  json text NOT NULL,
  PRIMARY KEY (id, opened_at)
) PARTITION BY RANGE (opened_at);
CREATE INDEX attempts_by_number ON hipay_pos.attempts (number);
CREATE INDEX attempts_by_key ON hipay_pos.attempts (key, number);
CREATE INDEX attempts_by_terminal ON hipay_pos.attempts (terminal, number) WHERE state NOT IN ('declined', 'not-started');
CREATE INDEX attempts_by_address ON hipay_pos.attempts (connected, number) WHERE state NOT IN ('declined', 'not-started');
CREATE INDEX attempts_open ON hipay_pos.attempts (instance) WHERE state = 'open';
CREATE INDEX attempts_unknown ON hipay_pos.attempts (number) WHERE state = 'unknown';
CREATE INDEX attempts_with_customer ON hipay_pos.attempts (opened_at) WHERE customer;
CREATE TABLE hipay_pos.attempts_other PARTITION OF hipay_pos.attempts DEFAULT;

CREATE TABLE hipay_pos.history (
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  number bigint GENERATED ALWAYS AS IDENTITY,
  attempt text NOT NULL,
  opened_at bigint NOT NULL,
  at bigint NOT NULL,
  state text NOT NULL,
  json text NOT NULL,
  PRIMARY KEY (tx, number)
);
CREATE INDEX history_by_number ON hipay_pos.history (number);
CREATE INDEX history_by_attempt ON hipay_pos.history (attempt, number);
CREATE FUNCTION hipay_pos.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'history is never changed'; END $$;
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON hipay_pos.history
  FOR EACH STATEMENT EXECUTE FUNCTION hipay_pos.refuse_change()
`

/**
 * Of the tenth migration, on the parent table alone; `indexes.ts` builds those of the months. Those by terminal cover
 * attempts that a person has resolved, which are few; the others serve lists.
 */
export const INDEXES = `
CREATE INDEX attempts_resolved_by_terminal ON ONLY hipay_pos.attempts (terminal, number) WHERE resolutions > 0;
CREATE INDEX attempts_resolved_by_address ON ONLY hipay_pos.attempts (connected, number) WHERE resolutions > 0;
CREATE INDEX attempts_by_time ON ONLY hipay_pos.attempts (opened_at, number);
CREATE INDEX attempts_by_login ON ONLY hipay_pos.attempts (login, number)
`
