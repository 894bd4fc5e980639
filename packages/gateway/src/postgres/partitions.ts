/**
 * The tables of attempts: one for each month, one for everything before the first month, and a default one, which is empty
 * unless nobody has migrated for a year.
 *
 * A table is created detached; rows of its time are moved there from the default table under a lock, in a transaction of its
 * own. The wait for the lock is short, because payments wait behind it.
 */

/** Of the tenth migration: makes the table of a time range, if it does not exist. */
export const MAKE_PARTITION = `
CREATE FUNCTION hipay_pos.make_partition_v1(p_name text, p_from bigint, p_to bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass('hipay_pos.' || p_name) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE hipay_pos.%I (LIKE hipay_pos.attempts INCLUDING DEFAULTS)', p_name);
  LOCK TABLE ONLY hipay_pos.attempts IN SHARE UPDATE EXCLUSIVE MODE;
  LOCK TABLE hipay_pos.attempts_other IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('WITH moved AS (
      DELETE FROM hipay_pos.attempts_other WHERE opened_at < %s AND (%L::bigint IS NULL OR opened_at >= %L) RETURNING *
    ) INSERT INTO hipay_pos.%I SELECT * FROM moved', p_to, p_from, p_from, p_name);
  EXECUTE format('ALTER TABLE hipay_pos.attempts ATTACH PARTITION hipay_pos.%I FOR VALUES FROM (%s) TO (%s)', p_name,
    coalesce(p_from::text, 'MINVALUE'), p_to);
END $$
`

/** From here on months do not fit names of the form `YYYY_MM`. */
const YEAR_10000 = 253_402_300_800_000

const MONTH = "date_trunc('month', now() AT TIME ZONE 'UTC')"

/** In milliseconds since 1970. */
const millis = (utc: string) => `(1000 * extract(epoch FROM (${utc}) AT TIME ZONE 'UTC'))::bigint`

/** Makes the tables of this month, of the twelve that follow, and of each month with attempts in the default table. */
export const MAKE_PARTITIONS = `
DO $$
DECLARE
  month timestamp;
BEGIN
  PERFORM set_config('lock_timeout', '1s', false);
  SELECT least(${MONTH}, min(to_date(substr(c.relname, 10), 'YYYY_MM')::timestamp)) INTO month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'hipay_pos.attempts'::regclass AND c.relname ~ '^attempts_[0-9]{4}_[0-9]{2}$';
  PERFORM hipay_pos.make_partition_v1('attempts_before', NULL, ${millis("month")});
  COMMIT;
  FOR month IN
    SELECT ${MONTH} + make_interval(months => ahead) FROM generate_series(0, 12) AS ahead
    UNION SELECT date_trunc('month', to_timestamp(opened_at / 1000) AT TIME ZONE 'UTC') FROM hipay_pos.attempts_other
      WHERE opened_at < ${YEAR_10000}
    ORDER BY 1
  LOOP
    PERFORM hipay_pos.make_partition_v1('attempts_' || to_char(month, 'YYYY_MM'), ${millis("month")},
      ${millis("month + interval '1 month'")});
    COMMIT;
  END LOOP;
END $$
`
