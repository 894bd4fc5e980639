/**
 * The indexes of attempts that a migration adds. The migration makes each on the parent table alone (`ON ONLY`), which has no
 * rows; here each month's index is built `CONCURRENTLY` and attached, one by one, while payments go on. A single statement on
 * the parent would hold them up until all months have theirs.
 *
 * The next run continues an interrupted one; meanwhile, queries use the indexes that are built.
 */
import type { Database } from "./Database.ts"

type Run = Parameters<Parameters<Database["session"]>[0]>[0]

/** Builds what is missing, for as long as it takes: each index waits for the transactions that are older than it. */
export const buildIndexes = async (run: Run): Promise<void> => {
  for (;;) {
    const [next] = await run(NEXT)
    if (next === undefined) return
    await run(String(next.statement))
  }
}

/**
 * The next statement. A half-built index is dropped; attaching waits no longer for its lock than payments can wait behind it.
 */
const NEXT = `
SELECT CASE
    WHEN own.indexrelid IS NULL THEN regexp_replace(pg_get_indexdef(whole.indexrelid), '^CREATE INDEX \\S+ ON ONLY \\S+',
      format('CREATE INDEX CONCURRENTLY %I ON hipay_pos.%I', named.name, part.relname))
    WHEN NOT own.indisvalid THEN format('DROP INDEX CONCURRENTLY hipay_pos.%I', named.name)
    ELSE format('BEGIN; SET LOCAL lock_timeout = ''1s''; ALTER INDEX hipay_pos.%I ATTACH PARTITION hipay_pos.%I; COMMIT',
      index.relname, named.name)
  END AS statement
  FROM pg_index whole JOIN pg_class index ON index.oid = whole.indexrelid
    JOIN pg_inherits i ON i.inhparent = whole.indrelid JOIN pg_class part ON part.oid = i.inhrelid
    CROSS JOIN LATERAL (SELECT part.relname || substr(index.relname, length('attempts_'))) AS named (name)
    LEFT JOIN pg_index own ON own.indexrelid = to_regclass('hipay_pos.' || named.name)
  WHERE whole.indrelid = 'hipay_pos.attempts'::regclass AND NOT whole.indisvalid AND NOT EXISTS (
    SELECT FROM pg_inherits j JOIN pg_index joined ON joined.indexrelid = j.inhrelid
    WHERE j.inhparent = whole.indexrelid AND joined.indrelid = part.oid
  )
  ORDER BY index.relname, part.relname LIMIT 1
`
