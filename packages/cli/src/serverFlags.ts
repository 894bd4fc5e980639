/** Where a mock or a gateway on this machine is, unless it was told otherwise. */

/** What `hipay-pos mock` listens on by default. */
export const LOCAL = "http://127.0.0.1:8080"
