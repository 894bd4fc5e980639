/**
 * A server of a later version, in front of a mock: what is unknown or declined there has a state or an outcome that this
 * version does not know.
 */
import { listenHttp } from "../../../tests/listen.ts"

/** It may count those attempts otherwise, as if there were too many newer ones. */
export const laterServer = (mock: string, counted: (path: string) => string = () => "authorised") =>
  listenHttp(async ({ url = "", headers: { authorization = "" } }, response) => {
    // It has no attempt that is `unknown`.
    const path = url.replace("state=unknown", "orderId=none").replace("state=authorised", "state=unknown")
    const answer = await fetch(`${mock}${path}`, { headers: { authorization } })
    const text = (await answer.text())
      .replaceAll('"state":"unknown"', '"state":"authorised"')
      .replaceAll('"_tag":"Declined"', '"_tag":"Postponed"')
      .replace(/(?<="counts":\{.*)"unknown":(\d+)/, `"unknown":0,"${counted(path)}":$1`)
    const headers = { "content-type": "application/json", "x-hipay-pos-mode": "simulated" }
    response.writeHead(answer.status, headers).end(text)
  })
