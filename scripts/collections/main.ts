/** Writes docs/collections: a Postman and a Bruno collection, made from the OpenAPI document and its examples. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { collectionFiles } from "./files.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

rmSync(join(root, "docs/collections"), { recursive: true, force: true })
for (const [file, text] of Object.entries(collectionFiles())) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
