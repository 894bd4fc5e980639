/**
 * Reports when an exporter's requests begin to fail, and when one succeeds again: effect's exporter silently drops what it
 * cannot send.
 */
import type { Listener } from "../ServerEvent.ts"

/** Wraps an exporter's send function. */
export const reportSending = (
  fetch: typeof globalThis.fetch,
  what: "traces" | "metrics",
  listener: Listener
): typeof globalThis.fetch => {
  let fails = false
  const report = (input: string | URL | Request, problem?: string) => {
    const failed = problem !== undefined
    if (failed === fails) return
    fails = failed
    // The rest of the address may contain a key.
    const { host } = new URL(String(input))
    const detail = failed
      ? `${what} cannot be sent to ${host}: ${problem}; until they can, they are dropped`
      : `${what} are sent to ${host} again`
    listener({ _tag: "TelemetrySent", detail, isSent: !failed })
  }
  return async (input, init) => {
    try {
      const response = await fetch(input, init)
      report(input, response.ok ? undefined : `HTTP ${response.status}`)
      return response
    } catch (error) {
      // Not if the exporter itself gave up, such as when its time is up.
      if (!init?.signal?.aborted) report(input, reasonOf(error))
      throw error
    }
  }
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return typeof code === "string" ? code : message
}
