/**
 * `pnpm bench client`: the size of a browser's bundle, how long its import takes on Node, and what it adds to a bare fetch of
 * the same bytes, compared with stripe, openapi-fetch and Adyen's library if these are available. Compare times within one run only.
 */
import * as bundle from "./client/bundle.ts"
import * as importing from "./client/importing.ts"
import * as overhead from "./client/overhead.ts"
import type { Measure } from "./measure/Figure.ts"
import { peerPackages } from "./measure/peers.ts"

export const measure: Measure = async () => {
  const peers = peerPackages(["openapi-fetch", "@adyen/api-library"])
  return [...(await bundle.figures(peers)), ...importing.figures(peers), await overhead.figure()]
}
