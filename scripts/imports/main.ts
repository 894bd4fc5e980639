/** `pnpm imports`: generates lint rules from the table of imports. */
import { writeFileSync } from "node:fs"
import { biomeConfig } from "./biomeConfig.ts"

writeFileSync(new URL("../../biome.imports.json", import.meta.url), biomeConfig())
