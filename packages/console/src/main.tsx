/** Starts the pages. */
import { render } from "hono/jsx/dom"
import { App } from "./App.tsx"
import { applyTheme, language } from "./shell/preferences.ts"
import { loadWords } from "./text/words.ts"

applyTheme()
const chosen = language()
const root = document.getElementById("app")
if (root !== null) render(<App language={chosen} words={await loadWords(chosen)} />, root)
