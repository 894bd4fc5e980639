import { assert, describe, it } from "@effect/vitest"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const days = (timeZone: string, startsAt?: string) => Result.getOrThrow(BusinessDay.make({ timeZone, startsAt }))

const at = (text: string) => Date.parse(text)

const HOUR = 3_600_000

describe("a business day", () => {
  for (const [what, timeZone, startsAt, moment, day] of [
    ["half past midnight in Paris", "Europe/Paris", "00:00", "2026-11-28T23:30:00Z", "2026-11-29"],
    ["the same in a bar that closes at four", "Europe/Paris", "04:00", "2026-11-28T23:30:00Z", "2026-11-28"],
    ["four in the morning there", "Europe/Paris", "04:00", "2026-11-29T03:00:00Z", "2026-11-29"],
    ["a millisecond before", "Europe/Paris", "04:00", "2026-11-29T02:59:59.999Z", "2026-11-28"],
    ["the morning in Nouméa", "Pacific/Noumea", "00:00", "2026-11-28T21:00:00Z", "2026-11-29"],
    ["the evening in Papeete", "Pacific/Tahiti", "00:00", "2026-11-29T05:00:00Z", "2026-11-28"],
    ["the evening in Guadeloupe", "America/Guadeloupe", "00:00", "2026-11-29T01:00:00Z", "2026-11-28"],
    ["New Year's night", "Europe/Paris", "05:00", "2027-01-01T02:00:00Z", "2026-12-31"],
    ["New Year's morning", "Europe/Paris", "05:00", "2027-01-01T04:00:00Z", "2027-01-01"],
    ["UTC", "UTC", "00:00", "2026-11-28T23:59:59.999Z", "2026-11-28"]
  ] as const) {
    it(`puts ${what} on ${day}`, () => {
      assert.strictEqual(days(timeZone, startsAt).dayOf(at(moment)), day)
    })
  }

  it("is 23 hours long when clocks go forward, and 25 when they go back", () => {
    const length = (day: string, startsAt: string) => {
      const bounds = days("Europe/Paris", startsAt).boundsOf(day)
      return bounds === undefined ? undefined : (bounds.to - bounds.from) / HOUR
    }
    assert.strictEqual(length("2026-03-29", "00:00"), 23)
    assert.strictEqual(length("2026-10-25", "00:00"), 25)
    assert.strictEqual(length("2026-03-28", "04:00"), 23)
    assert.strictEqual(length("2026-10-24", "04:00"), 25)
    assert.strictEqual(length("2026-11-28", "04:00"), 24)
  })

  it("begins with the end of the gap where its hour does not exist, and with the first where it comes twice", () => {
    for (const startsAt of ["02:00", "02:01", "02:30", "02:59"]) {
      const paris = days("Europe/Paris", startsAt)
      assert.strictEqual(paris.boundsOf("2026-03-28")?.to, at("2026-03-29T01:00:00Z"), startsAt)
      assert.strictEqual(paris.boundsOf("2026-03-29")?.from, at("2026-03-29T01:00:00Z"), startsAt)
      assert.strictEqual(paris.dayOf(at("2026-03-29T00:59:59.999Z")), "2026-03-28", startsAt)
      assert.strictEqual(paris.dayOf(at("2026-03-29T01:15:00Z")), "2026-03-29", startsAt)
    }
    assert.strictEqual(days("Europe/Paris", "02:30").boundsOf("2026-10-25")?.from, at("2026-10-25T00:30:00Z"))
    // Clocks went from midnight to one, from eleven in the evening to midnight, and half an hour on.
    for (const [timeZone, startsAt, day, from] of [
      ["America/Sao_Paulo", "00:30", "2018-11-04", "2018-11-04T03:00:00Z"],
      ["America/Scoresbysund", "23:30", "2025-03-29", "2025-03-30T01:00:00Z"],
      ["Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:30:00Z"]
    ] as const) {
      assert.strictEqual(days(timeZone, startsAt).boundsOf(day)?.from, at(from), timeZone)
    }
  })

  const zones = [
    "Europe/Paris",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "America/Guadeloupe",
    "Australia/Lord_Howe",
    "America/Scoresbysund",
    "UTC"
  ]
  const moments = Schema.Int.check(
    Schema.isBetween({ minimum: at("2020-01-01T00:00:00Z"), maximum: at("2040-01-01T00:00:00Z") })
  )
  it.effect.prop(
    "holds every moment that it is the day of, and begins where the day before ends",
    [Schema.Literals(zones), Schema.Literals(["00:00", "02:30", "04:00", "23:59"]), moments],
    ([timeZone, startsAt, moment]) =>
      Effect.sync(() => {
        const shop = days(timeZone, startsAt)
        const { from = Number.NaN, to = Number.NaN } = shop.boundsOf(shop.dayOf(moment)) ?? {}
        assert.isAtMost(from, moment)
        assert.isAbove(to, moment)
        assert.strictEqual(shop.boundsOf(shop.dayOf(from - 1))?.to, from)
      })
  )

  it("formats a time in the shop's time zone, with the offset", () => {
    assert.strictEqual(days("Europe/Paris").format(at("2026-11-28T23:30:00Z")), "2026-11-29T00:30:00.000+01:00")
    assert.strictEqual(days("Pacific/Tahiti").format(at("2026-11-28T23:30:00Z")), "2026-11-28T13:30:00.000-10:00")
    assert.strictEqual(BusinessDay.utc.format(at("2026-11-28T23:30:00Z")), "2026-11-28T23:30:00.000Z")
  })

  it("has no bounds if the calendar has no such day", () => {
    for (const day of ["2026-02-29", "2026-04-31", "2026-13-01", "today", "2026-1-1", ""]) {
      assert.isUndefined(BusinessDay.utc.boundsOf(day), day)
    }
  })

  it("says which setting is wrong", () => {
    const message = (options: BusinessDay.Options) =>
      Result.match(BusinessDay.make(options), { onSuccess: () => "none", onFailure: ({ message }) => message })
    assert.strictEqual(
      message({ timeZone: "Paris" }),
      'timeZone: expected a time zone by its IANA name, such as Europe/Paris, got "Paris"'
    )
    for (const startsAt of ["4:00", "24:00", "04:60", "4", "0400", "04:00 "]) {
      assert.strictEqual(
        message({ timeZone: "Europe/Paris", startsAt }),
        `startsAt: expected an hour from 00:00 to 23:59, such as 04:00, got ${JSON.stringify(startsAt)}`
      )
    }
  })
})
