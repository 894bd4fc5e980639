/** Calls a listener whose faults are its own: a display's or a log's fault must not cost an outcome, or keep an answer back. */
export const quietly = (tell: () => void): void => {
  try {
    tell()
  } catch {}
}
