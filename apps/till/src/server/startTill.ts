/**
 * The till on a port, for the demo, a test or `main.ts`: its store, its client, its pages, and one object to close.
 *
 * The pages must have been built; see `buildPages`.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { getRequestListener } from "@hono/node-server"
import * as Result from "effect/Result"
import type { ShopDetails } from "../api.ts"
import type { Catalogue, Name } from "../catalogue/Catalogue.ts"
import { nameIn } from "../catalogue/products.ts"
import { sample, sampleShop } from "../catalogue/sample.ts"
import { makeApp } from "./app.ts"
import { pagesFolder } from "./buildPages.ts"
import { type ClosingStore, closingsIn } from "./ClosingStore.ts"
import { lockFolder } from "./lockFolder.ts"
import { pagesOf } from "./pages.ts"
import { receiptLinks } from "./receiptLinks.ts"
import { inFile, type SaleStore } from "./SaleStore.ts"
import { makeTill } from "./Till.ts"

/** The options of a till. */
export interface StartTillOptions {
  /** 127.0.0.1 by default. The till has no login: on an address other than loopback, anyone who can reach it can sell. */
  readonly host?: string
  /** 8090 by default; 0 takes any free port. */
  readonly port?: number
  readonly server: {
    readonly url: string
    readonly username: string
    readonly password: string
    /** Allows a server that may move real money. */
    readonly live?: boolean
  }
  readonly terminals: ReadonlyArray<{
    /** The name on the screen, in one language or in both. The stored sales have it in `language`. */
    readonly name: Name
    readonly host: string
    readonly port?: number
    /** The shop's contracts with its acquirer; by default one that the simulated terminals know. */
    readonly contracts?: ReadonlyArray<TerminalTarget.MerchantContract>
    /** Whether it lets a cardholder add a tip, so that the screen says so. */
    readonly tips?: boolean
  }>
  /** The folder of all sales and attempts. One till at a time. */
  readonly dataDir: string
  readonly shop?: string | undefined
  /** What receipts say about the shop beside its name; by default a sample. */
  readonly details?: Partial<Omit<ShopDetails, "timeZone">> | undefined
  /** The address under which customers reach the till's receipts, such as `http://192.168.1.5:8090`; its own by default. */
  readonly receiptsUrl?: string | undefined
  readonly currency?: CurrencyCode
  readonly catalogue?: Catalogue | undefined
  /** The language of product names on printed papers. */
  readonly language?: "en" | "fr"
  /** How often the server is asked about payments with an unknown outcome, in milliseconds; 5000 by default. */
  readonly askEvery?: number
  /** The shop's days; by default in the machine's time zone, from midnight. */
  readonly days?: BusinessDay.BusinessDay | undefined
}

/** A till that listens. Leaving an `await using` block closes it. */
export interface StartedTill extends AsyncDisposable {
  readonly url: string
  readonly close: () => Promise<void>
}

const contracts = [
  { merchantContract: "1234567", rank: "001", paymentApplication: "001" },
  { merchantContract: "1234567", rank: "002", paymentApplication: "00B" }
]

/** Days of the machine's time zone. */
const ownDays = (): BusinessDay.BusinessDay =>
  Result.getOrElse(
    BusinessDay.make({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
    () => BusinessDay.utc
  )

/** Starts a till. Rejects if its port or folder is not available, or if its stored data cannot be read. */
export const startTill = async (options: StartTillOptions): Promise<StartedTill> => {
  const { dataDir, server, host = "127.0.0.1", port = 8090, catalogue = sample } = options
  const { shop = sampleShop.name, details = options.shop === undefined ? sampleShop.details : {} } = options
  const days = options.days ?? ownDays()
  const pages = pagesOf(pagesFolder)
  const mode = server.live === true ? "live" : "simulated"
  const unlock = await lockFolder(dataDir, mode)
  let store: SaleStore | undefined
  let closings: ClosingStore | undefined
  let ownUrl = ""
  try {
    store = inFile(join(dataDir, "sales.jsonl"))
    closings = closingsIn(join(dataDir, "closings.jsonl"))
    const journal = FileJournal.make(join(dataDir, "attempts.db"))
    const { url, username, password, live = false } = server
    const till = await makeTill({
      shop,
      details: { address: [], register: "1", ...details, timeZone: days.timeZone },
      mode,
      currency: options.currency ?? "EUR",
      language: options.language ?? "fr",
      catalogue,
      terminals: options.terminals.map(({ name, tips, ...terminal }) => ({
        name: nameIn(name, options.language ?? "fr"),
        shown: name,
        tips,
        target: TerminalTarget.concert({ contracts, ...terminal })
      })),
      client: makeClient({ server: url, username, password, live, journal }),
      journal,
      store,
      closings,
      links: receiptLinks(dataDir),
      receiptBase: () => options.receiptsUrl?.replace(/\/+$/, "") ?? ownUrl,
      askEvery: options.askEvery ?? 5000,
      firstAnswerWithin: 1000,
      days
    })
    const app = makeApp({
      till,
      catalogue,
      pages,
      hosts: [host, `[${host}]`, "127.0.0.1", "localhost", "[::1]"],
      receiptHost: URL.parse(options.receiptsUrl ?? "")?.hostname
    })
    const listening = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
    const bound = await listen(listening, host, port).catch(async (error) => {
      await till.close()
      throw error
    })
    let closed: Promise<void> | undefined
    const stop = async () => {
      listening.close()
      await till.close()
      listening.closeAllConnections()
      unlock()
    }
    const close = () => {
      closed ??= stop()
      return closed
    }
    ownUrl = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`
    return { url: ownUrl, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    store?.close()
    closings?.close()
    unlock()
    throw error
  }
}

const listen = (server: ReturnType<typeof createServer>, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
