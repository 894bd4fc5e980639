/** The defaults of a mock, and the flag of verbs about one attempt. */
import { Flags } from "@hipay-pos/cli-kit"

/** Where `hipay-pos mock` listens by default. */
export const LOCAL = "http://127.0.0.1:8080"

/** The login that it accepts, and the passphrase that it signs notifications with. */
export const MOCK = { username: "merchant", password: "secret", passphrase: "passphrase" } as const

/** Empty if it is not given. */
export const serverOfAttemptFlag = Flags.text(
  "url",
  `base URL of the mock or gateway that has the attempt; by default the one that the journal names, else that of the settings, or ${LOCAL}`
)
