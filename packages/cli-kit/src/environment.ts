/**
 * What is read from the environment outside of effects: how to print, which is needed before a command is parsed and
 * after it has failed. Everything else is read as `Config`.
 */

/**
 * Whether to colour a stream: on a terminal, not in a pipe or a file. NO_COLOR, if not empty, turns colours off and
 * wins over FORCE_COLOR, which turns them on everywhere unless it is 0 or false.
 */
export const isColoured = (stream: { readonly isTTY?: boolean }): boolean => {
  const { NO_COLOR, FORCE_COLOR } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false"
  return stream.isTTY === true && !isDumb()
}

/** Whether the terminal can neither colour text nor move its cursor. */
export const isDumb = (): boolean => process.env.TERM === "dumb"

/** Whether to print the causes of bugs. */
export const isDebugging = (): boolean => Boolean(process.env.HIPAY_POS_DEBUG)
