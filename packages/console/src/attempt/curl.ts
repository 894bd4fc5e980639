/** A curl command that sends an order: for a POSIX shell, with the login taken from the environment. */

/** A command that sends the body to the server at `origin`. */
export const toCurl = (origin: string, body: unknown): string =>
  [
    `curl ${quoted(`${origin}/v1/connector/order`)}`,
    `--user "$HIPAY_POS_LOGIN:$HIPAY_POS_PASSWORD"`,
    `--header 'Content-Type: application/json'`,
    `--data ${quoted(JSON.stringify(body, null, 2))}`
  ].join(" \\\n  ")

/** Text in single quotes, which a shell does not interpret. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
