/**
 * Sends a notification as the service does: a plain POST without the headers that `fetch` adds. Some shops' frameworks refuse
 * requests because of Sec-Fetch headers, which the service never sends.
 *
 * The user agent is the one seen in shops' logs (hipay-fullservice-sdk-magento2, issue 121).
 */
import * as Http from "node:http"
import * as Https from "node:https"
import { DEADLINE, type Send } from "../notifications/Notifications.ts"

/**
 * One POST without redirects. The status is enough; the body is discarded rather than refused, because the code of a shop's
 * server that is still writing it would fail.
 */
export const sendNotification: Send = (url, body, headers, ended) =>
  new Promise((resolve, reject) => {
    const { request } = url.startsWith("https:") ? Https : Http
    const signal = AbortSignal.any([ended, AbortSignal.timeout(DEADLINE)])
    const sending = request(url, {
      method: "POST",
      agent: false,
      signal,
      headers: {
        "User-Agent": "Allopass",
        Accept: "*/*",
        ...headers,
        "Content-Length": Buffer.byteLength(body)
      }
    })
    sending.on("response", (response) => {
      resolve(response.statusCode ?? 0)
      // Cut off at the deadline, or when the mock ends.
      response.on("error", () => {})
      response.resume()
    })
    sending.on("error", (error) => reject(signal.aborted ? signal.reason : error))
    sending.end(body)
  })
