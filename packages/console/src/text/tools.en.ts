/** Texts around a payment: the first one, its diagram, its messages, and what is simulated. */
import type { LedgerEntry } from "../server/model.ts"
import { plural } from "./plural.ts"

export const tools = {
  toast: { undo: "Undo" },
  chips: {
    frozen: (time: string) => `Clock frozen ${time}`,
    ahead: (time: string) => `Clock ${time}`,
    setToNow: "Set to now",
    clockSet: "The clock shows the real time.",
    resume: "Resume",
    resumed: "The clock is running.",
    httpFault: (fault: string, times: number) =>
      times === 1 ? `Next order: ${fault}` : `Next ${times} orders: ${fault}`,
    clear: "Clear",
    faultCleared: "The API fault is cleared.",
    faulty: (n: number) => plural(n, "terminal with faults", "terminals with faults"),
    terminalsCleared: "All terminal faults are cleared.",
    leave: "Leave",
    examination: "Examination of a till"
  },
  palette: {
    title: "Go to anything",
    hint: "A place, an order, an amount, a card …",
    keys: "Keyboard shortcuts",
    search: "Search payments",
    step: "Next and previous payment",
    open: "Open",
    close: "Close",
    done: "Close"
  },
  start: {
    action: "New payment",
    first: "Send your first payment",
    title: "Send a test payment",
    titleLive: "Send a payment from your till",
    intro: "Pick what should happen at the terminal. Everything here is simulated: no money moves.",
    introLive: "Orders come from your till. This is the call that it makes; fill in your terminal’s address.",
    scenario: "What happens",
    scenarios: {
      approved: "Approved",
      declined: "Declined",
      partial: "Partial",
      unknown: "Unknown",
      manual: "I am the customer"
    },
    says: {
      approved: "The card is accepted.",
      declined: "The bank refuses.",
      partial: "Half is paid, the rest is still due.",
      unknown: "The answer is lost on its way.",
      manual: "You hold the card and press the keys."
    },
    amount: "Amount in EUR",
    orderId: "Order id",
    send: "Send payment",
    snippets: "The same from a program",
    more: "Every field, error and status is described in the",
    docs: "API documentation"
  },
  swimlane: {
    title: "Where the time went",
    waiting: (percent: number) => `waiting for the customer ${percent} %`,
    lanes: { till: "Till", api: "API", terminal: "Terminal", bank: "Bank" },
    bars: {
      request: "Order",
      prepare: "Check and connect",
      answer: "Answer the till",
      serving: "At the terminal",
      silent: "No complete answer",
      upstream: "HiPay’s service",
      stage: "At the terminal"
    }
  },
  inspector: {
    title: "On the wire",
    asked: "Concert request",
    said: "Concert answer",
    request: "HTTP request",
    answer: "HTTP answer",
    notified: (n: number) => (n === 1 ? "Notification" : `Notifications (${n})`),
    everything: "All events",
    noTries: "Not sent: the address is not allowed. Start the mock with --notify to deliver."
  },
  phone: {
    action: "Play on a phone",
    hint: "Scan it to hold this terminal in your hand. The code opens this terminal and nothing else.",
    open: "Open here in a new tab",
    loopback:
      "A phone cannot reach 127.0.0.1. Start the mock with --host 0.0.0.0 and a login of its own, and open it by this machine’s address."
  },
  truth: {
    intro: "In a mock the terminal’s own ledger knows what happened. In a shop nothing on this page would tell you.",
    reveal: "Reveal what the ledger says",
    forgotten:
      "The terminal approved this, but its ledger no longer has an entry for it, for example because the mock was restarted.",
    moved: {
      debit: (amount) => `Ledger: ${amount} was charged.`,
      credit: (amount) => `Ledger: ${amount} was refunded.`,
      cancel: (amount) => `Ledger: ${amount} was cancelled.`
    } as Readonly<Record<LedgerEntry["operation"], (amount: string) => string>>,
    nothing: {
      Debit: "Ledger: nothing was charged.",
      Credit: "Ledger: nothing was refunded.",
      Cancel: "Ledger: nothing was cancelled."
    }
  }
}
