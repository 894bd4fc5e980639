/** Puts the till on the page. */
import { render } from "hono/jsx/dom"
import { App } from "./App.tsx"
import "./style/base.css"
import "./style/controls.css"
import "./style/header.css"
import "./style/shelf.css"
import "./style/ticket.css"
import "./style/payment.css"
import "./style/history.css"
import "./style/paper.css"

const root = document.getElementById("till")
if (root !== null) render(<App />, root)
