import { readFileSync } from "node:fs"
import { inspect } from "node:util"
import { AttemptJournal, type Fetch, makeClient, type SeenRequest, type SeenResponse } from "@hipay-pos/client"
import { encodeBase64 } from "@hipay-pos/core/Receipt"
import { assert, describe, it, vi } from "vitest"
import { VERSION } from "../src/Server.ts"
import { answering, clientOf, login, order, reasonOf, success, target } from "./paying.ts"

const json = (body: unknown, headers?: Readonly<Record<string, string>>): Fetch => answering(200, body, headers)

describe("an outcome", () => {
  it("says whether its amount is the terminal's or only repeats the order's", async () => {
    assert.strictEqual((await clientOf(json(success)).pay(order, target)).amountSource, "echo")
    const ours = json(success, { "x-hipay-pos-attempt": "/attempts/1" })
    assert.strictEqual((await clientOf(ours).pay(order, target)).amountSource, "terminal")
    for (const mode of ["gateway", "simulated"]) {
      const dialled = json(success, { "x-hipay-pos-attempt": "/attempts/1", "x-hipay-pos-mode": mode })
      const live = mode === "gateway"
      assert.strictEqual((await clientOf(dialled, { live }).pay(order, target)).amountSource, "terminal")
    }
    const relayed = json(success, { "x-hipay-pos-attempt": "/attempts/1", "x-hipay-pos-mode": "relay" })
    assert.strictEqual((await clientOf(relayed, { live: true }).pay(order, target)).amountSource, "echo")
  })

  it("is unknown when what remains and what was paid do not add up", async () => {
    const odd = json(success, { "x-hipay-pos-remaining": "100" })
    assert.deepInclude(reasonOf(await clientOf(odd).tryPay(order, target)), { kind: "Inconclusive" })
  })

  it("has the tip besides the charged amount, if the server says that it is one", async () => {
    const charged = { paymentStatus: "Success", order: { price: { amount: 1500, currency: "EUR" } } }
    const tipped = await clientOf(json(charged, { "x-hipay-pos-tip": "250" })).pay(order, target)
    assert.deepInclude(tipped as object, {
      _tag: "Approved",
      amount: { currency: "EUR", minorUnits: 1500 },
      tip: { currency: "EUR", minorUnits: 250 }
    })
    const over = await clientOf(json(charged, { "x-hipay-pos-over": "250" })).pay(order, target)
    assert.deepInclude(over as object, { _tag: "Approved", amount: { currency: "EUR", minorUnits: 1500 } })
    assert.notProperty(over, "tip")
    for (const headers of [{}, { "x-hipay-pos-tip": "300" }, { "x-hipay-pos-tip": "-250" }]) {
      assert.deepInclude(reasonOf(await clientOf(json(charged, headers)).tryPay(order, target)), {
        _tag: "OutcomeUnknown"
      })
    }
  })

  it("that is an error says in a log what happened and what to do", async () => {
    const result = await clientOf(json({})).tryPay(order, target)
    const { error } = result.ok ? assert.fail() : result
    const { message, advice } = error
    assert.deepInclude(JSON.parse(JSON.stringify(error)), { _tag: "PosClientError", message, advice })
    assert.include(inspect(error), message)
  })

  it("that is unknown says why, and what the terminal had sent, in the server's words", async () => {
    const details = {
      attempt: "/attempts/7",
      kind: "Contradictory",
      detail: "the terminal said 15.00 EUR, asked for 12.50 EUR",
      evidence: {
        received: "CB0041500AE00210AA01949702300000000140",
        fields: [{ offset: 0, tag: "CB", value: "1500" }],
        contradictions: [{ kind: "amount", told: "15.00 EUR", asked: "12.50 EUR", message: "another amount" }],
        card: { authorizationNumber: "123456" }
      }
    }
    const problem = { error: { status: 504, code: "outcome.unknown", message: "", description: "Check.", details } }
    const journal = AttemptJournal.memory()
    const fetch: Fetch = async () => Response.json(problem, { status: 504 })
    const client = clientOf(fetch, { journal })
    const reason = reasonOf(await client.tryPay(order, target))
    assert.deepInclude(reason, {
      _tag: "OutcomeUnknown",
      kind: "Reported",
      reason: "Contradictory",
      detail: details.detail
    })
    const received = reason?._tag === "OutcomeUnknown" ? reason.received : undefined
    assert.deepInclude(received, { card: { authorizationNumber: "123456" } })
    assert.notInclude(JSON.stringify(received), "49702300000000140")
    const [attempt] = await client.unsettled()
    assert.deepInclude(attempt?.endings[0], { state: "unknown", reason: "Contradictory", serverAttempt: "/attempts/7" })
    assert.deepStrictEqual(attempt?.endings[0]?.received, received)
  })

  it("that is unknown keeps what a later server says the terminal had sent, but no status or currency unknown here", async () => {
    const contradictions = [{ kind: "terminal-id", message: "the answer is of another terminal" }]
    const card = { authorizationNumber: "123456", entryMode: "palm" }
    const kept = { received: "AE00212", fields: [], contradictions, card }
    const evidence = { ...kept, status: "half-done", amount: { currency: "XTS", minorUnits: 1250 } }
    const details = { kind: "Contradictory", detail: "", evidence }
    const problem = { error: { status: 504, code: "outcome.unknown", message: "", description: "", details } }
    const reason = reasonOf(await clientOf(async () => Response.json(problem, { status: 504 })).tryPay(order, target))
    assert.deepStrictEqual<unknown>(reason?._tag === "OutcomeUnknown" ? reason.received : undefined, kept)
  })

  it("that is unknown has the protocol identifier of a received message, and no card number", async () => {
    const whole = "CZ0040320CJ012012345678901CA00201"
    const evidence = { fields: [], contradictions: [], card: {} }
    for (const [sent, shown] of [
      [`${whole}AE00210`, `${whole}AE00210`],
      [`${whole}AA0164970101122334422`, `${whole}AA016497010******4422`],
      [`${whole}AA0194970101122334422`, `${whole}AA019497*********4422`],
      [`${whole}AA0084970101122334422`, `${whole}AA008497*********4422`],
      ["CJ0120123456789", "CJ012012***6789"],
      [4970101122334422, undefined]
    ]) {
      const details = { kind: "Contradictory", detail: "", evidence: { ...evidence, received: sent } }
      const problem = { error: { status: 504, code: "outcome.unknown", message: "", description: "", details } }
      const reason = reasonOf(await clientOf(async () => Response.json(problem, { status: 504 })).tryPay(order, target))
      assert.strictEqual(reason?._tag === "OutcomeUnknown" ? reason.received?.received : undefined, shown)
    }
  })

  it("has the authorization number if the answer has one", async () => {
    const outcome = await clientOf(json({ ...success, authorization_number: "012345" })).pay(order, target)
    assert.strictEqual(outcome.authorizationNumber, "012345")
  })

  it("has the refusal's code in both languages", async () => {
    const outcome = await clientOf(json({ paymentStatus: "Failed", errorCode: "04" })).pay(order, target)
    assert.deepStrictEqual(outcome.errorCode, { code: "04", en: "Refused", fr: "Refusée" })
  })

  it("has the raw answer for undocumented fields, without card numbers, apart from its data", async () => {
    const receipt = encodeBase64("CARTE 4111111111111111")
    const outcome = await clientOf(json({ ...success, receipt, odd: "4111111111111111", extra: 1 })).pay(order, target)
    const raw = outcome.raw() as { odd: string; extra: number; receipt: string }
    assert.deepInclude(raw, { odd: "411111******1111", extra: 1 })
    assert.include(atob(raw.receipt), "411111******1111")
    assert.strictEqual(outcome.receipt?.customer, "CARTE 411111******1111")
    assert.notProperty(structuredClone(outcome), "raw")
  })

  it("of an unknown code can be overridden, with a reason", async () => {
    const fails = json({ paymentStatus: "Failure", error: { errorCode: "1008" } })
    assert.deepInclude(reasonOf(await clientOf(fails).tryPay(order, target)), {
      _tag: "OutcomeUnknown",
      code: "1008",
      label: {
        en: "The request to the terminal could not be made",
        fr: "La demande au terminal n'a pas pu être construite"
      }
    })
    const errorCodes = { "1008": { meaning: "declined", reason: "told by support on 2 November" } } as const
    assert.strictEqual((await clientOf(fails, { errorCodes }).pay(order, target))._tag, "Declined")
    assert.throws(() => clientOf(fails, { errorCodes: { "1008": { meaning: "declined", reason: " " } } }), /1008/)
  })
})

describe("a refund and a cancellation", () => {
  it("are sent with their types, and not twice either", async () => {
    const types: Array<string> = []
    const fetch: Fetch = async (_, { body }) => {
      types.push(JSON.parse(String(body)).order.transaction_type)
      return Response.json(success)
    }
    const client = clientOf(fetch)
    assert.strictEqual((await client.pay(order, target))._tag, "Approved")
    assert.strictEqual((await client.refund(order, target))._tag, "Approved")
    assert.strictEqual((await client.cancel(order, target))._tag, "Approved")
    assert.strictEqual(reasonOf(await client.tryRefund(order, target))?._tag, "AlreadyApproved")
    assert.strictEqual(reasonOf(await client.tryCancel(order, target))?._tag, "AlreadyApproved")
    assert.deepStrictEqual(types, ["Debit", "Credit", "Cancel"])
  })
})

describe("plain objects", () => {
  it.each([
    ["no order at all", undefined, target],
    ["no terminal", order, undefined],
    ["an amount in euros", { orderId: "A", amount: 12.5 }, target],
    ["half a cent", { orderId: "A", amount: { currency: "EUR", minorUnits: 12.5 } }, target],
    ["no contracts", order, { host: "192.168.1.20" }],
    ["nothing in anything", {}, {}]
  ])("with %s are refused with findings, and never sent", async (_, order, target) => {
    const client = clientOf(() => assert.fail("was sent"))
    const reason = reasonOf(await client.tryPay(order as never, target as never))
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "OrderRefused" })
    assert.isNotEmpty(reason !== undefined && "findings" in reason ? reason.findings : [])
  })
})

describe("a request's headers", () => {
  it("name the program as user agent, and a new key for each attempt", async () => {
    const headers: Array<Record<string, string>> = []
    const fetch: Fetch = async (_, init) => {
      headers.push(init.headers as Record<string, string>)
      return Response.json({ paymentStatus: "Failure", error: { errorCode: "1006" } })
    }
    const client = clientOf(fetch, { app: { name: "Caisse d'été", version: "2.1", url: "https://till.example" } })
    await client.pay(order, target)
    await client.pay(order, target)
    await client.pay(order, target, { idempotencyKey: "mine" })
    assert.strictEqual(
      headers[0]?.["user-agent"],
      `hipay-pos-client/${VERSION} Caisse d'?t?/2.1 (https://till.example)`
    )
    const keys = headers.map((each) => each["idempotency-key"])
    assert.strictEqual(new Set(keys).size, 3)
    assert.strictEqual(keys[2], "mine")
    for (const key of keys.slice(0, 2)) assert.match(key ?? "", /^[0-9a-z]{18,}-[0-9a-z]+$/)
  })

  it("have the version of the package", () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    assert.strictEqual(VERSION, version)
  })

  it("are shown to listeners without secrets, whose errors do no harm", async () => {
    const requests: Array<SeenRequest> = []
    const responses: Array<SeenResponse> = []
    const client = clientOf(json({ ...success, note: "4111111111111111" }), {
      password: "s3cr3t",
      onRequest: (request) => {
        requests.push(request)
        throw new Error("a bug of the log")
      },
      onResponse: (response) => {
        responses.push(response)
        throw new Error("a bug of the log")
      }
    })
    assert.strictEqual((await client.pay(order, target))._tag, "Approved")
    assert.deepInclude(requests[0], { method: "POST", url: "http://server.test/v1/connector/order" })
    assert.deepInclude(responses[0], { status: 200 })
    const shown = JSON.stringify([requests, responses])
    assert.include(shown, "411111******1111")
    assert.notInclude(shown, btoa("merchant:s3cr3t"))
    assert.notInclude(shown, "s3cr3t")
  })

  it("are shown to listeners with the status and the headers of an answer that broke off", async () => {
    const responses: Array<SeenResponse> = []
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new TypeError("terminated"))
    })
    const fetch: Fetch = async () => new Response(broken, { status: 502, headers: { via: "proxy" } })
    await clientOf(fetch, { onResponse: (response) => responses.push(response) }).tryPay(order, target)
    const [response] = responses
    assert.deepStrictEqual([response?.status, response?.headers], [502, { via: "proxy" }])
  })

  it("are shown to listeners with the answer's duration, even if the time of day was set meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] })
    try {
      const took: Array<number> = []
      const slow: Fetch = async () => {
        vi.advanceTimersByTime(1_500)
        vi.setSystemTime(Date.now() - 3_600_000)
        return Response.json(success)
      }
      await clientOf(slow, { onResponse: ({ milliseconds }) => took.push(milliseconds) }).pay(order, target)
      assert.deepStrictEqual(took, [1_500])
    } finally {
      vi.useRealTimers()
    }
  })
})

describe("a page in a browser", () => {
  it("is refused with the reason, unless its options allow credentials", () => {
    const globals = globalThis as { window?: unknown; document?: unknown }
    globals.window = {}
    globals.document = {}
    try {
      assert.throws(() => clientOf(json(success)), /anyone who opens this page can read the credentials/)
      assert.isObject(clientOf(json(success), { allowCredentialsInPage: true }))
    } finally {
      delete globals.window
      delete globals.document
    }
  })
})

describe("the deadline", () => {
  const never: Fetch = () => new Promise(() => {})

  it("includes the health check: nothing was sent", async () => {
    const client = makeClient({ ...login, live: false, fetch: never })
    const reason = reasonOf(await client.tryPay(order, target, { deadline: "20ms" }))
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "TimedOut" })
  })

  it("includes the wait for the terminal's other payments: nothing was sent, and the journal says so", async () => {
    const client = clientOf(never)
    const first = client.tryPay(order, target, { deadline: "60ms" })
    const second = await client.tryPay({ ...order, orderId: "B" }, target, { deadline: "20ms" })
    assert.deepInclude(reasonOf(second), { _tag: "NotStarted", kind: "TimedOut" })
    assert.deepInclude(reasonOf(await first), { _tag: "OutcomeUnknown", kind: "TimedOut" })
    assert.deepStrictEqual(
      (await client.unsettled()).map(({ orderId }) => orderId),
      ["A"]
    )
  })

  it("is distinguished from a cancellation while the payment waits in the terminal's queue", async () => {
    const client = clientOf(never)
    const first = client.tryPay(order, target, { deadline: "40ms" })
    const abort = new AbortController()
    const second = client.tryPay({ ...order, orderId: "B" }, target, { signal: abort.signal })
    await new Promise((resolve) => setImmediate(resolve))
    abort.abort()
    assert.deepInclude(reasonOf(await second), { _tag: "NotStarted", kind: "Aborted" })
    await first
  })
})
