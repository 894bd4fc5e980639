/** The demo's till: two terminals to choose from, and a folder of its own that goes with it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startTill } from "@hipay-pos/till"

/** Where a terminal is, by the name that the till shows. */
export interface TillTerminal {
  readonly name: string | { readonly en: string; readonly fr: string }
  readonly host: string
  readonly port: number
}

/** Starts the till on a port; its sales are forgotten when it closes. */
export const startDemoTill = async (options: {
  readonly port: number
  readonly server: string
  readonly terminals: ReadonlyArray<TillTerminal>
}) => {
  const dataDir = mkdtempSync(join(tmpdir(), "hipay-pos-demo-"))
  const forget = () => rmSync(dataDir, { recursive: true, force: true })
  try {
    const till = await startTill({
      port: options.port,
      server: { url: options.server, username: "merchant", password: "secret" },
      terminals: options.terminals,
      dataDir
    })
    return { url: till.url, close: () => till.close().finally(forget) }
  } catch (error) {
    forget()
    throw error
  }
}
