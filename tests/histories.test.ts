/**
 * Every history of one order, up to a few steps: two programs pay it, over a line that fails; the terminal answers, late or not at
 * all; programs and gateway stop and start again; people say at the till and at the console what they saw, and err.
 * Histories that lead to the same state are followed once. The terminal's own charges judge what each of them comes to.
 */
import { AttemptJournal } from "@hipay-pos/client"
import { assert, beforeAll, describe, it } from "vitest"
import { type Act, type LateAct, type Line, Shop } from "./histories/Shop.ts"

/** A step, as its name and what it needs. */
type Step =
  | readonly ["pays", program: number, line: Line]
  | readonly ["gives up" | "crashes", program: number]
  | readonly ["terminal", Act]
  | readonly ["later, terminal", LateAct]
  | readonly ["at the till", Said]
  | readonly ["at the console", Exclude<Said, "asks">]
  | readonly ["gateway restarts" | "the order arrives"]

type Said = "approved" | "declined" | "declined, override" | "asks"

const acts: ReadonlyArray<Act> = [
  "approves",
  "declines",
  "is not reached",
  "charges in silence",
  "is silent",
  "shows signs"
]
const charges: ReadonlySet<string> = new Set<Act>(["approves", "charges in silence", "shows signs"])
const isSettled = ({ state }: { readonly state: string }) => state !== "open" && state !== "unknown"

/** How many times the till tries to pay the order, at most. */
const PAYMENTS = 2

/** The steps that can be next. */
const stepsIn = (shop: Shop): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  const isGateway = shop.route === "gateway"
  const lines: ReadonlyArray<Line> = ["works", "is refused", "holds up the order", "loses the answer"]
  for (const program of [0, 1]) {
    if (shop.isWaiting(program)) steps.push(["gives up", program], ["crashes", program])
    // The programs are alike: the first payment may be either's.
    else if (shop.journal().length < PAYMENTS && (program === 0 || shop.journal().length > 0 || shop.isWaiting(0)))
      steps.push(...lines.map((line) => ["pays", program, line] as const))
  }
  const { awaits, isCharged } = shop.payments.findLast((each) => each.awaits !== undefined) ?? {}
  if (awaits === "answer") steps.push(...acts.map((act) => ["terminal", act] as const))
  if (awaits === "late answer") {
    steps.push(["later, terminal", "approves"], ["later, terminal", "stays silent"])
    if (isCharged === false) steps.push(["later, terminal", "declines"])
  }
  if (shop.journal().length > 0) {
    steps.push(["at the till", "approved"], ["at the till", "declined"], ["at the till", "declined, override"])
    if (isGateway) steps.push(["at the till", "asks"])
  }
  if (shop.attempts().some(({ state }) => state === "unknown"))
    steps.push(["at the console", "approved"], ["at the console", "declined, override"])
  if (isGateway && awaits !== undefined) steps.push(["gateway restarts"])
  if (shop.isHeldUp()) steps.push(["the order arrives"])
  return steps
}

/** A history so far: the shop, what people have said that was recorded, and how often the terminal has said "approved". */
interface History {
  readonly shop: Shop
  readonly words: Array<"approved" | "declined">
  proofs: number
}

const say = (said: Exclude<Said, "asks">) => ({
  outcome: said === "approved" ? ("approved" as const) : ("declined" as const),
  by: "Ada",
  evidence: "the receipt",
  ...(said === "declined, override" && { override: true })
})

const take = async (history: History, step: Step): Promise<void> => {
  const { shop, words } = history
  const waiting = shop.payments.findLast((each) => each.awaits !== undefined)
  switch (step[0]) {
    case "pays":
      shop.pay(step[1], step[2])
      break
    case "gives up":
      shop.giveUp(step[1])
      break
    case "crashes":
      shop.crash(step[1])
      break
    case "terminal":
    case "later, terminal": {
      if (waiting === undefined) break
      const [, act] = step
      if (charges.has(act)) waiting.isCharged = true
      if (act === "approves") history.proofs++
      const isSilent = step[0] === "terminal" && shop.route === "gateway" && !/^(approves|declines|is not)/.test(act)
      waiting.awaits = isSilent ? "late answer" : undefined
      if (step[0] === "terminal") waiting.answer(step[1])
      else waiting.answerLate(step[1])
      break
    }
    case "at the till": {
      const attempt = shop.journal().findLast((each) => !isSettled(each)) ?? shop.journal().at(-1)
      const given = step[1] === "asks" ? undefined : say(step[1])
      const there = shop.attempts().at(-1)
      const settled = await shop.resolve(attempt?.id ?? "", given)
      if (given === undefined || settled !== "person") break
      words.push(given.outcome)
      if (shop.journal().length === 1 && there !== undefined && isSettled(there))
        assert.strictEqual(there.state, given.outcome, "taken here although the gateway has another end")
      break
    }
    case "at the console": {
      const attempt = shop.attempts().find(({ state }) => state === "unknown")
      const given = say(step[1])
      if (await shop.answerAtConsole(attempt?.id ?? "", given)) words.push(given.outcome)
      break
    }
    case "gateway restarts":
      await shop.restart()
      break
    case "the order arrives":
      shop.arrive()
  }
  await shop.passes()
}

/** What one side has on record of an attempt; `at` is the gateway's, which two of the till's may have joined. */
interface OnRecord {
  readonly id: string
  readonly state: string
  readonly at: string
  readonly journal: number
}

/** The records of the till and, if there is one, of the gateway. */
const sidesOf = (shop: Shop): ReadonlyArray<ReadonlyArray<OnRecord>> => {
  const till = shop.journal().map(({ id, state, endings }) => ({
    id,
    state,
    journal: shop.ownerOf(id),
    at: AttemptJournal.addressOf({ endings }) ?? id
  }))
  const gateway = shop.attempts().map(({ id, state }) => ({ id, state, at: id, journal: 0 }))
  return shop.route === "gateway" ? [till, gateway] : [till]
}

/** How many payments one side has on record. Programs with journals of their own may each have the same one. */
const paidIn = (side: ReadonlyArray<OnRecord>) => {
  const paid = side.filter(({ state }) => state === "approved")
  return Math.max(
    ...[0, 1].map((own) => new Set(paid.flatMap(({ at, journal }) => (journal === own ? [at] : []))).size)
  )
}

/** What must hold after each step. */
const check = ({ shop, words, proofs }: History): void => {
  const [mayBeDenied, mayBeClaimed] = [words.includes("declined"), words.includes("approved")]
  const charged = shop.charges()
  assert.deepStrictEqual(shop.sentAgainst, [], "sent although an earlier attempt may have paid")
  if (!mayBeDenied) assert.isAtMost(charged, 1, "charged twice")
  for (const { result, charges } of shop.told) {
    if (/Approved/.test(result) && charges === 0) assert.isTrue(mayBeClaimed, `${result}, and nothing was charged`)
    if (/Declined|NotStarted/.test(result) && charges > 0) assert.isTrue(mayBeDenied, `${result}, and it was charged`)
  }
  for (const { endings, state } of shop.journal())
    if (endings.some((end) => end.by === undefined && end.state === "approved"))
      assert.strictEqual(state, "approved", "an approval was not kept")
  const sides = sidesOf(shop)
  const [, gateway] = sides
  if (gateway !== undefined) assert.isAtLeast(paidIn(gateway), proofs, "an approval is not on record")
  for (const side of sides) {
    if (paidIn(side) > charged) assert.isTrue(mayBeClaimed, "on record as paid, and was not charged")
    if (charged > 0 && side.length > 0 && side.every(isSettled) && paidIn(side) === 0)
      assert.isTrue(mayBeDenied, "on record as unpaid, and was charged")
  }
}

/** Lets everything end, and has people look who make no mistake. */
const conclude = async (history: History): Promise<void> => {
  const { shop } = history
  for (const program of [0, 1]) shop.giveUp(program)
  for (const payment of shop.payments) {
    if (payment.awaits === "answer") payment.answer("is silent")
    if (payment.awaits !== undefined) payment.answerLate("stays silent")
    payment.awaits = undefined
  }
  await shop.passes(1_200_000)
  check(history)
  // A program's attempt of an order that was paid through another one's is paid, too.
  const truthFor = (side: ReadonlyArray<OnRecord> = [], id: string) => {
    const { at, journal } = side.find((each) => each.id === id) ?? assert.fail()
    const isPaid = side.some((each) => each.at === at && each.state === "approved")
    const others = side.filter((each) => each.journal === journal)
    return say(isPaid || paidIn(others) < shop.charges() ? "approved" : "declined, override")
  }
  for (const { id } of shop.attempts().filter((each) => !isSettled(each)))
    await shop.answerAtConsole(id, truthFor(sidesOf(shop)[1], id))
  for (const { id } of shop.journal().filter((each) => !isSettled(each))) {
    const told = await shop.resolve(id)
    // One person's mistake may stand beside another's answer until somebody says which of them is right.
    if (told === "NeedsPerson" || told === "NotResolvedAtServer") await shop.resolve(id, truthFor(sidesOf(shop)[0], id))
  }
}

/** What must hold at the end if no person was mistaken. */
const checkEnd = ({ shop, words }: History): void => {
  const charged = shop.charges()
  if (words.some((word) => (word === "approved") !== charged > 0)) return
  for (const side of sidesOf(shop)) {
    assert.isTrue(side.every(isSettled), "cannot be settled")
    if (side.length > 0) assert.strictEqual(paidIn(side), charged)
  }
}

/** Everything that decides how a history goes on. */
const stateOf = ({ shop, words }: History): string =>
  JSON.stringify([
    shop
      .journal()
      .map(({ id, state, endings }) => [
        shop.ownerOf(id),
        state,
        endings.map((end) => [
          end.state,
          end.by,
          end.paid,
          end.reason,
          end.received?.status,
          end.serverAttempt === undefined
        ])
      ]),
    shop
      .attempts()
      .map(({ state, error, outcome, resolutions, alarms, events }) => [
        ...[state, error, outcome?._tag, resolutions?.map((each) => each.outcome), alarms?.map(({ code }) => code)],
        events.map(({ kind }) => kind)
      ]),
    shop.payments.map(({ isCharged, awaits }) => [isCharged, awaits]),
    [[0, 1].map((program) => shop.isWaiting(program)), shop.isHeldUp()],
    words
  ])

const run = async (shop: Shop, steps: ReadonlyArray<Step>): Promise<History> => {
  const history: History = { shop, words: [], proofs: 0 }
  for (const step of steps) await take(history, step)
  return history
}

/** Follows every history of at most so many steps after those that it begins with; returns the number of different states. */
const explore = async (shop: () => Shop, begin: ReadonlyArray<Step>, most: number): Promise<number> => {
  const seen = new Set<string>()
  let paths: ReadonlyArray<ReadonlyArray<Step>> = [begin]
  for (let length = 0; length <= most; length++) {
    const longer: Array<ReadonlyArray<Step>> = []
    for (const path of paths) {
      const history = await run(shop(), path)
      const state = stateOf(history)
      if (seen.has(state)) continue
      seen.add(state)
      longer.push(...stepsIn(history.shop).map((step) => [...path, step]))
      try {
        check(history)
        await conclude(history)
        checkEnd(history)
      } catch (error) {
        throw new Error(path.map((step) => step.join(" ")).join("; "), { cause: error })
      }
    }
    paths = longer
  }
  return seen.size
}

/** The client loads what reads an answer, and its evidence, with its first payment: here, before the steps count on it. */
beforeAll(async () => {
  const shop = new Shop("gateway", 1)
  shop.pay(0, "works")
  while (shop.payments.length === 0) await shop.passes()
  shop.payments[0]?.answer("shows signs")
  while (shop.told.length === 0) await shop.passes()
})

/** How many steps more than usual. */
const more = Number(process.env.MORE_STEPS ?? 0)

const declined: ReadonlyArray<Step> = [
  ["pays", 0, "works"],
  ["terminal", "declines"]
]

describe("every history of one order", () => {
  it.each<[string, () => Shop, ReadonlyArray<Step>, number]>([
    ["through the gateway", () => new Shop("gateway", 1), [], 4],
    ["through the gateway, with a journal of each program's own", () => new Shop("gateway", 2), [], 4],
    ["that was declined at another till, through the gateway", () => new Shop("gateway", 2), declined, 4],
    ["through the service", () => new Shop("service", 1), [], 5]
  ])("%s charges it once or not at all, and ends with the truth", async (_, shop, begin, steps) => {
    assert.isAbove(await explore(shop, begin, steps + more), 200, "different states")
  })
})
