/** Warns of passwords that can be guessed: the throttle slows guessing down, but does not make a short one safe. */

/** In characters: what the card industry's rules (PCI DSS 8.3.6) ask for at least. */
const LEAST = 12

/** A sentence about the logins with a short password; undefined if there are none. */
export const shortPasswords = (
  logins: ReadonlyArray<{ readonly username: string; readonly password: string }> = []
): string | undefined => {
  const names = logins.filter(({ password }) => password.length < LEAST).map(({ username }) => username)
  return names.length === 0
    ? undefined
    : `passwords of fewer than ${LEAST} characters can be guessed; let a generator choose longer ones for ${names.join(", ")}`
}
