/**
 * Packages of others, for comparison. They are not dependencies: `PEERS=1` installs them from the npm
 * registry into a folder that is removed with this process.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Why there are none. */
export const ASKED_FOR = "PEERS=1 installs it"

/** A folder with these packages installed, or undefined unless requested. */
export const peerPackages = (names: ReadonlyArray<string>): string | undefined => {
  if (process.env.PEERS !== "1") return undefined
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-peers-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...names], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"]
  })
  return folder
}
