/** Plays one scenario to a till, driven by a program or by a person, and collects the evidence. */
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import type { Driver } from "./drive.ts"
import { type Drive, type Evidence, notifiedOrder, type OrderSeen, type Said } from "./Evidence.ts"
import type { ExamServer } from "./ExamServer.ts"
import { type NotifyTarget, notify, type Posted } from "./notify.ts"
import type { Watch } from "./Recorded.ts"
import type { Need, Scenario, Step } from "./Scenario.ts"

/** A person who performs a scenario at the till. */
export interface Person {
  /** Resolves with what the till said, and the answers to the scenario's questions. */
  readonly lead: (scenario: Scenario) => Promise<{ readonly said: Said; readonly answers: Evidence["answers"] }>
}

/** The driver or the person that operates the till. */
export type Examinee =
  | { readonly _tag: "Driven"; readonly driver: Driver; readonly notify?: NotifyTarget | undefined }
  | { readonly _tag: "Led"; readonly person: Person; readonly notify?: NotifyTarget | undefined }

/** The amount of a step in minor units. */
const minorUnitsOf = ({ amount, currency = "EUR" }: Step): number => {
  const code = Currency.fromCode(currency)?.code ?? "EUR"
  return Result.getOrThrow(Money.fromDecimal(amount, code)).minorUnits
}

/** The needs of a scenario: a till that numbers its sales itself would take a repeated sale for two. */
export const needsOf = ({ needs = [], steps }: Scenario): ReadonlyArray<Need> =>
  new Set(steps.map(({ sale }) => sale)).size < steps.length ? [...needs, "order-id"] : needs

/** The first need of a scenario that the till, or whoever operates it, lacks. */
export const missingNeed = (scenario: Scenario, examinee: Examinee): Need | undefined =>
  needsOf(scenario).find((need) => {
    if (need === "notification") return examinee.notify === undefined
    if (examinee._tag === "Led") return false
    const { can } = examinee.driver
    switch (need) {
      case "concert":
        return false
      case "order-id":
        return !can.orderId
      case "person":
      case "left-out":
        return true
      default:
        return !can[need]
    }
  })

/** Plays it. Resolves with a function that returns its evidence, which grows if the till continues its sales. */
export const runScenario = async (
  server: ExamServer,
  scenario: Scenario,
  examinee: Examinee,
  idOf: (sale: number) => string,
  signal?: AbortSignal
): Promise<() => Promise<Evidence>> => {
  const started: Array<StartedStep> = []
  let nextOrder = Promise.withResolvers<void>()
  const recording = await server.watch({
    treatments: scenario.orders ?? [],
    saleOf: examinee._tag === "Driven" ? (order) => saleOf(started, order) : saleByAmount(scenario),
    onOrder: () => {
      nextOrder.resolve()
      nextOrder = Promise.withResolvers()
    }
  })
  const { notify: target } = examinee
  const notified =
    scenario.notifies === true && target !== undefined
      ? nextOrder.promise.then(server.settle).then(() => notifyAbout(server, target))
      : Promise.resolve([])
  // Awaited with the evidence. If driving the till fails first, that error is reported, and this rejection must not go unhandled.
  notified.catch(() => undefined)
  const played =
    examinee._tag === "Driven"
      ? await drive({
          server,
          scenario,
          driver: examinee.driver,
          idOf,
          started,
          ordered: () => nextOrder.promise,
          signal
        })
      : await lead(server, scenario, examinee.person)
  await server.settle()
  return async () => {
    const hasOrder = recording.exchanges().some(({ order }) => order !== undefined)
    const posted = hasOrder ? await notified : []
    return { ...played, exchanges: [...recording.exchanges()], charges: await recording.charges(), notified: posted }
  }
}

const notifyAbout = async (server: ExamServer, target: NotifyTarget): Promise<ReadonlyArray<Posted>> => {
  const sent = notifiedOrder({ exchanges: server.exchanges() })
  return sent === undefined ? [] : notify(target, sent, server.now)
}

type TillRun = Pick<Evidence, "drives" | "answers" | "headless">

/** A step of a driven till, and the order id passed to it. */
interface StartedStep {
  readonly step: Step
  readonly orderId: string
}

/** The dependencies for driving a till through a scenario. */
interface DrivenRun {
  readonly server: ExamServer
  readonly scenario: Scenario
  readonly driver: Driver
  readonly idOf: (sale: number) => string
  /** Each step is added as it starts. */
  readonly started: Array<StartedStep>
  /** Resolves when the next order comes. */
  readonly ordered: () => Promise<void>
  readonly signal: AbortSignal | undefined
}

const drive = async (run: DrivenRun): Promise<TillRun> => {
  const { server, driver, idOf, started, ordered, signal } = run
  const drives: Array<Drive> = []
  const start = async (step: Step) => {
    const { sale, amount, currency = "EUR", action = "pay", killAfter } = step
    const orderId = idOf(sale)
    const startedAt = server.now()
    started.push({ step, orderId })
    const kill = new AbortController()
    if (killAfter !== undefined) void ordered().then(() => setTimeout(() => kill.abort(), killAfter))
    const said = await driver.drive(
      { action, amount, currency, orderId },
      signal === undefined ? kill.signal : AbortSignal.any([kill.signal, signal])
    )
    drives.push({ sale, orderId, amount: minorUnitsOf(step), currency, action, startedAt, endedAt: server.now(), said })
  }
  let running: Array<Promise<void>> = []
  for (const step of run.scenario.steps) {
    if (step.together !== true) {
      await Promise.all(running)
      running = []
      await server.settle()
    }
    running.push(start(step))
  }
  await Promise.all(running)
  return { drives, answers: {}, headless: true }
}

const lead = async (server: ExamServer, scenario: Scenario, person: Person): Promise<TillRun> => {
  const { said, answers } = await person.lead(scenario)
  const named = scenario.steps.map((step) => [`${step.sale} ${step.action}`, step] as const)
  const steps = [...new Map(named.toReversed()).values()].toReversed()
  const drives = steps.map((step, index): Drive => {
    const { sale, currency = "EUR", action = "pay", together } = step
    // The till's answer is about the last sale, or its later state; with two simultaneous sales it is ambiguous.
    const known = steps.length === 1 || (index === steps.length - 1 && together !== true) ? said : {}
    return {
      sale,
      orderId: "",
      amount: minorUnitsOf(step),
      currency,
      action,
      startedAt: 0,
      endedAt: server.now(),
      said: known
    }
  })
  return { drives, answers, headless: false }
}

/** The sale by the order id passed to the till; by the amount if the till makes its own ids; else the sale that began last. */
const saleOf = (started: ReadonlyArray<StartedStep>, order: OrderSeen | undefined): number => {
  const latest = started.at(-1)?.step.sale ?? 1
  if (order === undefined) return latest
  const byId = started.find(({ orderId }) => orderId === order.orderId)
  if (byId !== undefined && byId.step.sale === latest) return latest
  const byAmount = started.filter(({ step }) => minorUnitsOf(step) === order.amount)
  const alike = byAmount.find(({ step }) => step.sale === latest) ?? byAmount.at(-1)
  return byId?.step.sale ?? alike?.step.sale ?? latest
}

/**
 * A person's sales are distinguished by their amounts, and those of the same amount by the order of their order ids;
 * a rest belongs to the last one.
 */
const saleByAmount = ({ steps }: Scenario): Watch["saleOf"] => {
  const sales = new Map<string, number>()
  const last = steps.at(-1)?.sale ?? 1
  return (order) => {
    if (order === undefined) return last
    const known = sales.get(order.orderId)
    if (known !== undefined) return known
    const alike = steps.filter((step) => minorUnitsOf(step) === order.amount).map(({ sale }) => sale)
    const taken = new Set(sales.values())
    const sale = alike.find((each) => !taken.has(each)) ?? alike.at(-1) ?? last
    sales.set(order.orderId, sale)
    return sale
  }
}
