/** Renders the till, or the receipt of a link. */
import { render } from "hono/jsx/dom"
import { App } from "./App.tsx"
import { languageChosen } from "./preferences.ts"
import { loadWords } from "./words/load.ts"
import "@hipay-pos/console/style/tokens.css"
import "./style/base.css"
import "./style/controls.css"
import "./style/header.css"
import "./style/shelf.css"
import "./style/keypad.css"
import "./style/ticket.css"
import "./style/payment.css"
import "./style/history.css"
import "./style/day.css"
import "./style/paper.css"
import "./style/customer.css"
// Last: it replaces colours of the others.
import "./style/forced-colors.css"

const root = document.getElementById("till")
const [, token] = /^\/r\/(.+)$/.exec(location.pathname) ?? []
const language = languageChosen()
const [words, ReceiptPage] = await Promise.all([
  loadWords(language),
  token === undefined ? undefined : import("./ReceiptPage.tsx").then((module) => module.ReceiptPage)
])
const spoken = { language, words }
if (root !== null) {
  render(
    token === undefined || ReceiptPage === undefined ? (
      <App spoken={spoken} />
    ) : (
      <ReceiptPage token={token} spoken={spoken} />
    ),
    root
  )
}
