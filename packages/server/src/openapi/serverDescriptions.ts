/**
 * The meaning of components about the server itself: sign-in, readiness, terminals, other gateways and the service behind it.
 */
import type { Descriptions } from "@hipay-pos/core/wire/OpenApi"

const time = "ISO 8601 in UTC."

export const serverDescriptions: Descriptions = {
  Drift: {
    "": "Parts of answers of a relay's service that this toolkit does not know.",
    upstream: "`stage`, `production`, or the host of another server.",
    drift: "Most frequent first.",
    "drift[]": "One unknown part."
  },
  UpstreamLogin: {
    "": "Whether the service behind a relay knows the relay's login there.",
    upstream: "`stage`, `production`, or the host of another server.",
    login:
      "`missing`: the relay has none for its caller; `callers`: it hands on the caller's own; `unanswered`: the service could not be asked.",
    problem: "Why it could not be asked.",
    health: "The state of the service itself, by its health check.",
    "health.up": "Whether it answered its health check.",
    "health.problem": "Why it did not.",
    "health.lastGoodAnswer": `When it last answered an order or a health check well; absent before it ever has. ${time}`
  },
  InstanceList: {
    "": "The running gateways that share a store.",
    instances: "Sorted by name.",
    "instances[]": "One gateway."
  },
  InstanceStatus: {
    "": "One gateway, as the shared store knows it.",
    name: "Unique among the running gateways.",
    version: "The version of its package.",
    startedAt: `When it took its lease. ${time}`,
    aliveUntil: `When the other gateways count it as gone, unless it renews its lease first. ${time}`,
    self: "Whether it is the gateway that answers.",
    agrees:
      "Whether its terminals, logins, time zone, start of day, `--allow-cancel`, `--block-unknown` and relay are the same as those of the gateway that answers."
  },
  DriftEntry: {
    "": "One unknown part of an answer. Samples describe a value without customer data.",
    code: "Its kind, such as `upstream-field-unknown`, `upstream-type`, `upstream-status`; `upstream-more` counts those left out.",
    path: "Its path in the answer, such as `order.price.amount`; empty for the answer itself.",
    expected: "What is known.",
    sample:
      "The first one received: its type and size, or the value itself if it is a small number or a program's word.",
    count: "How often it occurred in the newest 5000 attempts.",
    firstAt: `When it first occurred. ${time}`,
    lastAt: `When it last occurred. ${time}`,
    attempt: "Path of the last attempt that has it."
  },
  Reloaded: {
    "": "What a gateway uses after reloading its settings.",
    terminals: "Number of terminals that it now dials.",
    logins: "Number of logins that it now accepts."
  },
  TerminalList: {
    "": "Terminals of a gateway.",
    terminals: "In the order of the configuration.",
    "terminals[]": "One terminal.",
    next: "Path of the next terminals; absent on the last page."
  },
  TerminalStatus: {
    "": "One terminal, and what is known of it without contacting it.",
    name: "Its configured name, or its address.",
    address: "`host:port`, as orders name it.",
    reachable:
      "Whether it accepted the last connection. Absent if terminals are not watched, and before the first check.",
    since: `When it became so, as far as it was watched. ${time}`,
    checkedAt: `When that was last checked: a terminal with an undecided payment is not checked. ${time}`,
    lastPayment: "The newest payment there that may have moved money, or that a person resolved.",
    "lastPayment.attempt": "Id of the attempt.",
    "lastPayment.at": `When it ended, or began if it has not ended. ${time}`,
    "lastPayment.state": "Its state.",
    blockedBy: "Id of the attempt that blocks other orders: one under way, or one to resolve."
  },
  LoginRequest: {
    "": "A sign-in for the pages.",
    username: "Username of the login.",
    password: "Password of the login.",
    space: "Space of a mock; empty by default."
  },
  Session: {
    "": "The signed-in login.",
    login: "Username.",
    roles: "What the login may do.",
    "roles[]": "A role.",
    mode: "`gateway` and `relay` move money, `simulated` does not.",
    space: "Space of a mock; empty in a gateway.",
    version: "The server's version.",
    terminal: "The one simulated terminal that the session opens, if it opens nothing else.",
    now: "The server's time in ISO 8601; a mock may have stopped its clock.",
    timeZone: "The shop's time zone by its IANA name, if the server was given one; days are UTC's otherwise.",
    relays: "Whether orders are relayed to HiPay's own service; absent if not.",
    shared: "Whether other gateways may share its store, see `/instances`; absent if not.",
    examination: "Whether an examination of a till runs here, at `/exam`; absent if not.",
    dayStarts: "The hour at which the shop's day begins, `HH:MM`."
  },
  Readiness: {
    "": "Whether new orders should come to this server.",
    ready: "Whether all is well.",
    problems: "What is wrong, in sentences.",
    "problems[]": "A sentence.",
    checks: "The checks.",
    "checks.draining": "The server is not closing.",
    "checks.serving": "It may take orders: among several gateways, it holds its lease.",
    "checks.store": "The store answered, and its last write succeeded.",
    "checks.ends": "No end of a payment waits to be written."
  },
  ReadinessCheck: {
    "": "One check.",
    ok: "Whether it passed.",
    problem: "What is wrong, in a sentence."
  }
}
