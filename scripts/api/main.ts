/** `pnpm api`: writes the public API of each package to `api/`, so that a review shows its changes. */
import { mkdirSync, writeFileSync } from "node:fs"
import { folder, reports } from "./report.ts"

const to = new URL(`../../${folder}/`, import.meta.url)
mkdirSync(to, { recursive: true })
for (const [file, text] of reports()) writeFileSync(new URL(file, to), text)
