/** What a mock is started with, unless it was told otherwise. */

/** What `hipay-pos mock` listens on by default. */
export const LOCAL = "http://127.0.0.1:8080"

/** The login that it takes, and what it signs notifications with. */
export const MOCK = { username: "merchant", password: "secret", passphrase: "passphrase" } as const
