/** A process of its own that prunes the store `argv[2]` before the day `argv[3]`. */
import { pruneStore } from "@hipay-pos/server/node"

const [store = "", before = ""] = process.argv.slice(2)
await pruneStore({ store, before, now: Date.now() })
