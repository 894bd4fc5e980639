/** The defaults of a mock. */

/** Where `hipay-pos mock` listens by default. */
export const LOCAL = "http://127.0.0.1:8080"

/** The login that it accepts, and the passphrase that it signs notifications with. */
export const MOCK = { username: "merchant", password: "secret", passphrase: "passphrase" } as const
