import { getRequestListener } from "@hono/node-server"

/**
 * Makes the library's light `Request` and `Response` replace the process's own, for programs only: a server embedded in a till
 * or a test must leave the process's globals alone.
 */
export const useLightResponses = (): void => void getRequestListener(() => new Response())
