/** `pnpm api`: writes what each package promises to `api/`, for a reviewer to see in the change. */
import { mkdirSync, writeFileSync } from "node:fs"
import { folder, reports } from "./report.ts"

const to = new URL(`../../${folder}/`, import.meta.url)
mkdirSync(to, { recursive: true })
for (const [file, text] of reports()) writeFileSync(new URL(file, to), text)
