/**
 * Calls a listener whose faults are its own, those of an asynchronous one too: a display's or a log's fault must not cost an
 * outcome, keep an answer back, or end the process.
 */
export const quietly = async (tell: () => unknown): Promise<void> => {
  try {
    await tell()
  } catch {}
}
