/**
 * Calls a listener and ignores its errors, asynchronous ones too: a bug in a display or a log must not cost an outcome,
 * delay an answer, or end the process.
 */
export const quietly = async (tell: () => unknown): Promise<void> => {
  try {
    await tell()
  } catch {}
}
