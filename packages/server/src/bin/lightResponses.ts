import { getRequestListener } from "@hono/node-server"

/**
 * Answers with the library's light `Request` and `Response`, which replace the process's own: for programs. A server that
 * is embedded in a till or a test leaves the process's globals alone.
 */
export const useLightResponses = (): void => void getRequestListener(() => new Response())
