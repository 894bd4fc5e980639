/**
 * The meaning of components about the server itself: sign-in, readiness, terminals, other gateways and the service behind it.
 */
import type { Descriptions } from "@hipay-pos/core/wire/OpenApi"

const time = "ISO 8601 in UTC."

export const serverDescriptions: Descriptions = {
  Drift: {
    "": "What a relay's service has answered that this toolkit does not know.",
    upstream: "`stage`, `production`, or the host of another server.",
    drift: "The most frequent first.",
    "drift[]": "One thing that was not known."
  },
  UpstreamLogin: {
    "": "Whether the service behind a relay knows the relay's login there.",
    upstream: "`stage`, `production`, or the host of another server.",
    login:
      "`missing`: the relay has none for its caller; `callers`: it hands on the caller's own; `unanswered`: the service could not be asked.",
    problem: "Why it could not be asked.",
    health: "How the service itself is, by its health check.",
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
    aliveUntil: `When the other gateways count it as gone, unless it renews its lease before. ${time}`,
    self: "Whether it is the gateway that answers.",
    agrees:
      "Whether its terminals, logins, time zone, start of day and relay are the same as those of the gateway that answers."
  },
  DriftEntry: {
    "": "One thing that was not known. Samples say what a value is, and hold nothing about customers.",
    code: "What kind of thing, such as `upstream-field-unknown`, `upstream-type`, `upstream-status`; `upstream-more` counts those that are left out.",
    path: "Where in the answer, such as `order.price.amount`; empty for the answer itself.",
    expected: "What is known.",
    sample: "The first one that came: its type and size, or itself where it is a small number or a program's word.",
    count: "How often it came, in the newest 5000 attempts.",
    firstAt: `When first. ${time}`,
    lastAt: `When last. ${time}`,
    attempt: "Address of the last attempt that shows it."
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
    next: "Where the terminals after these are; absent at the end."
  },
  TerminalStatus: {
    "": "One terminal, and what is known of it without asking it anything.",
    name: "Its configured name, or its address.",
    address: "`host:port`, as orders name it.",
    reachable:
      "Whether it accepted the last connection. Absent where terminals are not watched, and before the first look.",
    since: `Since when that has been so, as far as it was watched. ${time}`,
    checkedAt: `When that was last seen: a terminal with an undecided payment is not looked at. ${time}`,
    lastPayment: "The newest payment there that is not known to have moved no money, or of which a person has spoken.",
    "lastPayment.attempt": "Id of the attempt.",
    "lastPayment.at": `When it ended, or began where it has not. ${time}`,
    "lastPayment.state": "How it stands.",
    blockedBy: "Id of the attempt that keeps other orders from it: one that is under way, or one to resolve."
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
    terminal: "The one simulated terminal that the session opens, where it opens nothing else.",
    now: "What time it is for the server, in ISO 8601; a mock may have stopped its clock.",
    timeZone: "The shop's time zone by its IANA name, if the server was given one; days are UTC's otherwise.",
    relays: "Whether orders go to HiPay's own service; absent where they do not.",
    shared: "Whether other gateways may share its store, see `/instances`; absent where none can.",
    examination: "Whether an examination of a till runs here, at `/exam`; absent where none does.",
    dayStarts: "The hour at which the shop's day begins, `HH:MM`."
  },
  Readiness: {
    "": "Whether new orders should come to this server.",
    ready: "Whether all is well.",
    problems: "What is wrong, in sentences.",
    "problems[]": "A sentence.",
    checks: "What was looked at.",
    "checks.draining": "The server is not closing.",
    "checks.serving": "It may take orders: of one among several, its lease is held.",
    "checks.store": "The store answered, and could be written when it last was.",
    "checks.ends": "No end of a payment waits to be written."
  },
  ReadinessCheck: {
    "": "One thing that was looked at.",
    ok: "Whether it is well.",
    problem: "What is wrong, in a sentence."
  }
}
