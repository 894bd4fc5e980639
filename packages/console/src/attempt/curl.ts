/**
 * An order as a command line that sends it: for a POSIX shell, with the login taken from the environment.
 */

/** A command that sends the body of an order to the server at `origin`. */
export const toCurl = (origin: string, body: unknown): string =>
  [
    `curl ${quoted(`${origin}/v1/connector/order`)}`,
    `--user "$HIPAY_POS_LOGIN:$HIPAY_POS_PASSWORD"`,
    `--header 'Content-Type: application/json'`,
    `--data ${quoted(JSON.stringify(body, null, 2))}`
  ].join(" \\\n  ")

/** Text in single quotes, in which a shell reads nothing as its own. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
