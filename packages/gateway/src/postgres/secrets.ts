/** Secrets that the instances of a store share; each is made by the first that asks for it. */
import { randomBytes } from "node:crypto"
import type { Database } from "./Database.ts"

/** The secret of a name, a row of the store's identity: the first value that was written stays. */
export const secretNamed = async (
  database: Database,
  name: string,
  own = randomBytes(32).toString("base64url")
): Promise<string> => {
  await database.query("INSERT INTO hipay_pos.identity (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
    name,
    own
  ])
  const [row] = await database.query("SELECT value FROM hipay_pos.identity WHERE name = $1", [name])
  return String(row?.value)
}
