/** The API as an OpenAPI 3.0 document: components from core's schemas, paths and answers of this server. */

import * as OpenApi from "@hipay-pos/core/wire/OpenApi"
import type { ServerMode } from "@hipay-pos/core/wire/Session"
import type { Features } from "../http/Features.ts"
import { withExamples } from "./examples.ts"
import { headerComponents, withServerHeaders } from "./headers.ts"
import { instancePaths, paths, relayPaths, reloadPaths, terminalPaths } from "./operations.ts"
import { postOrder, relayedOrder } from "./orderOperation.ts"
import { inBothDialects, instanceSchemas, relaySchemas, reloadSchemas, schemas, terminalSchemas } from "./schemas.ts"

/** What the document is about. */
export interface Described extends Features {
  readonly mode: ServerMode
  readonly version: string
  /** The path of routes with their own document, such as `/_mock`. */
  readonly controlPath?: string | undefined
}

const about = {
  relay:
    "The POS API in front of HiPay's service: real money. Addresses under /attempts, /terminals, /session and the probes, /upstream, /drift and /notifications, are this server's own.",
  simulated:
    "The POS API with simulated terminals: no money moves. Addresses under /attempts, /session and the probes are this server's own.",
  gateway:
    "The POS API over a shop's own terminals: real money. Addresses under /attempts, /terminals, /session and the probes are this server's own."
}

/** The document. */
export const describe = ({ mode, relays, lists, reloads, shared, version, controlPath }: Described) => {
  const control =
    controlPath === undefined
      ? ""
      : ` Those under ${controlPath} have a document of their own at ${controlPath}/openapi.json.`
  const document = OpenApi.document({
    title: "HiPay POS API, served by hipay-pos (unofficial)",
    version,
    description: `${about[relays ? "relay" : mode]}${control} Every rule of an order, with its evidence, is at /docs/text. Not affiliated with HiPay.`,
    paths: withServerHeaders(
      {
        ...paths,
        "/v1/connector/order": { post: withExamples(relays ? relayedOrder : postOrder, { mode, relays }) },
        ...(lists ? terminalPaths : {}),
        ...(reloads ? reloadPaths : {}),
        ...(shared ? instancePaths : {}),
        ...(relays ? relayPaths : {})
      },
      relays
    ),
    servers: [{ url: "/" }]
  })
  return {
    ...document,
    components: {
      schemas: {
        ...schemas,
        ...(lists ? terminalSchemas : {}),
        ...(reloads ? reloadSchemas : {}),
        ...(shared ? instanceSchemas : {}),
        ...(relays ? relaySchemas : {}),
        ...inBothDialects(document.components.schemas)
      },
      headers: headerComponents(relays),
      securitySchemes: {
        ...document.components.securitySchemes,
        Session: { type: "apiKey", in: "cookie", name: "hipay-pos-session" }
      }
    }
  }
}
