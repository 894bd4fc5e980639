import { interpretResponse } from "../packages/client/src/response.ts"
import { unknownIn } from "../packages/gateway/src/relay/drift.ts"
import { evidenceOf } from "../packages/gateway/src/relay/evidence.ts"

const json: any = { paymentStatus: "Success", order: {} }
for (let i = 0; i < 90000; i++) json[i.toString(36) + "k"] = 1
const text = JSON.stringify(json)
const came: any = {
  _tag: "Received",
  status: 200,
  headers: new Headers({ "content-type": "application/json" }),
  json,
  bytes: new TextEncoder().encode(text)
}
for (let i = 0; i < 3; i++) {
  let t = performance.now()
  unknownIn(came, {})
  console.log("unknownIn", performance.now() - t)
  t = performance.now()
  evidenceOf(came, {})
  console.log("evidenceOf", performance.now() - t)
}
