/** The same for a bundle, which leaves the promise of it where its caller finds it. */
import { pay } from "./memory.mjs"

globalThis.paid = pay()
