/** Starts the page. */
import { applyTheme } from "@hipay-pos/console/shell/preferences.ts"
import { render } from "hono/jsx/dom"
import "@hipay-pos/console/style/tokens.css"
import "@hipay-pos/console/style/base.css"
import "@hipay-pos/console/style/shell.css"
import "@hipay-pos/console/style/attempts.css"
import "@hipay-pos/console/style/attempt.css"
import "@hipay-pos/console/style/timeline.css"
import "@hipay-pos/console/style/paper.css"
import "@hipay-pos/console/style/terminal.css"
import "../theme/bar.css"
import "./playground.css"
import { App } from "./App.tsx"

applyTheme()
const root = document.getElementById("app")
if (root !== null) render(<App />, root)
