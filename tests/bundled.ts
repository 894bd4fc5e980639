/**
 * Programs and modules as one file each, which starts four times as fast as its sources. A run of the tests bundles each once:
 * the first worker that needs it leaves it in the run's temporary folder for the others.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, renameSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { build } from "rolldown"
import { bundleBin } from "../scripts/bundleBin.ts"

/** The file that holds what `bundle` writes for this input. */
const once = async (input: string, ending: string, bundle: (file: string) => Promise<unknown>): Promise<string> => {
  const name = basename(input).replace(/\.\w+$/, "")
  const file = join(tmpdir(), `${name}-${createHash("sha256").update(input).digest("hex").slice(0, 12)}.${ending}`)
  if (existsSync(file)) return file
  const written = join(mkdtempSync(join(tmpdir(), "bundling-")), basename(file))
  await bundle(written)
  // Another worker may have been faster: its file is the same.
  renameSync(written, file)
  return file
}

/** A bin, as it is published. */
export const bundled = (input: string): Promise<string> => once(input, "cjs", (file) => bundleBin(input, file))

/** An ES module with everything that it imports, except Node's own modules. */
export const bundledModule = (input: string): Promise<string> =>
  once(input, "mjs", (file) =>
    build({
      input,
      platform: "node",
      resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
      output: { file, format: "esm", codeSplitting: false }
    })
  )
