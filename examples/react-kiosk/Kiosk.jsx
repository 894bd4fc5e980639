/**
 * A kiosk's payment screen, with React 19: one button, and every way that a payment can end.
 *
 * It talks to the shop's own server (see ../hono, ../express, ../fastify, ../next), never to the terminal's API:
 * anyone who opens a page can read a login in it. A press sends one POST; an answer that is lost is asked for with GET.
 */
import { useEffect, useState } from "react"

/** Longer than the server waits for the customer. */
const TIMEOUT = 210_000
const PAUSE = 2_000

/** Asks the shop's server: POST has an order paid, GET starts none and tells how it ended. */
const askServer = async (method, orderId, signal) => {
  const response = await fetch(`/orders/${encodeURIComponent(orderId)}/pay`, {
    method,
    cache: "no-store",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)])
  })
  if (!response.ok && response.status !== 404) throw new Error(`the shop's server answered ${response.status}`)
  return response.json()
}

/** The payment's state. It is asked for while the answer is lost or another request waits for the customer. */
const usePayment = (orderId, isWanted) => {
  const [payment, setPayment] = useState({ state: "ready" })
  useEffect(() => {
    if (!isWanted) return setPayment({ state: "ready" })
    const leaving = new AbortController()
    const run = async () => {
      setPayment({ state: "under way" })
      let method = "POST"
      while (!leaving.signal.aborted) {
        const answer = await askServer(method, orderId, leaving.signal).catch(() => ({ state: "under way" }))
        if (leaving.signal.aborted) return
        method = "GET" // another POST would wake the terminal again, and the customer may have left
        setPayment(answer)
        if (answer.state !== "under way") return
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    }
    run()
    return () => leaving.abort()
  }, [orderId, isWanted])
  return payment
}

const words = {
  "under way": "Follow the terminal, please.",
  paid: "Thank you.",
  "paid in part": "Part of it is paid. Please pay the rest at the counter.",
  declined: "Not paid. You can try again.",
  cancelled: "This order was paid, and its payment was cancelled. Please go to the counter.",
  "not started": "The terminal cannot be reached. Nothing was paid.",
  "no such order": "This order is not known. Please go to the counter.",
  unknown: "Please wait: a member of staff looks at the terminal. Do not pay again."
}

export const Kiosk = ({ orderId, amount }) => {
  const [isWanted, setWanted] = useState(false)
  const { state, remaining } = usePayment(orderId, isWanted)
  const mayTry = state === "ready" || state === "declined" || state === "not started"
  const press = () => {
    setWanted(false)
    setTimeout(() => setWanted(true))
  }
  return (
    <main data-state={state}>
      <h1>{amount}</h1>
      <p role="status">{words[state] ?? ""}</p>
      {remaining === undefined ? null : <p>{remaining}</p>}
      {mayTry && (
        <button type="button" onClick={press}>
          {state === "ready" ? "Pay by card" : "Try again"}
        </button>
      )}
    </main>
  )
}
