/** The page of one attempt: its content, its actions, and entries that these pages do not know. */
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Tag from "@hipay-pos/concert-codec/Tag"
import { assert, describe, it } from "vitest"
import { tags } from "../../packages/console/src/text/catalogue.fr.ts"
import { whyNotProvedInFrench } from "../../packages/console/src/text/proof.fr.ts"
import { violations } from "./axe.ts"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { COUNTER, sendGallery, startMock } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000

describe("an attempt", () => {
  browserIt("shows markup in names and receipts as text and runs none of it", { timeout }, async () => {
    await using mock = await startMock()
    const { approved } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${approved}`)
    await visitor.page.getByRole("tab", { name: "HTTP request" }).click()
    await visitor.page.getByText("<img src=x onerror=alert(1)>").first().waitFor()
    await visitor.page.getByRole("tab", { name: "Receipt" }).click()
    await visitor.page.locator(".inspector").getByText("<b>MERCI</b>").waitFor()
    assert.strictEqual(await visitor.page.locator("img[src=x]").count(), 0)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("that is unknown is resolved with a name and evidence", { timeout }, async () => {
    await using mock = await startMock()
    const { unknown } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
    const { page } = visitor
    await page.getByLabel("The customer has paid").check()
    const amount = page.getByLabel(/^Amount on the receipt/)
    await amount.fill("1e3")
    await page.getByText(/^This is not an amount/).waitFor()
    await amount.fill("€1.00")
    await page.getByLabel(/^Authorization number/).fill("A12345")
    await page.getByLabel("Last four digits of the card").fill("4242")
    await page.getByLabel("Your name").fill("Zoé")
    await page.getByLabel("Evidence").fill("Receipt 000042 <script>")
    await page.getByRole("button", { name: "Record the resolution" }).click()
    await page.getByText("Recorded: Partial.").waitFor()
    await page.getByRole("tab", { name: "All events" }).click()
    await page.locator(".timeline").getByText("Receipt 000042 <script>").waitFor()
    await page.locator(".timeline").getByText("Authorization number A12345").waitFor()
    await page.locator(".rows li.picked").getByText("Partial").waitFor()
    assert.strictEqual(await page.locator(".resolve").count(), 0)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("says who resolved it and on what evidence, below its name and on paper", { timeout }, async () => {
    await using mock = await startMock()
    const { unknown } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
    const { page } = visitor
    await page.getByLabel("The customer has paid").check()
    await page.getByLabel("Your name").fill("Zoé")
    await page.getByLabel("Evidence").fill("Receipt 42")
    await page.getByRole("button", { name: "Record the resolution" }).click()
    const line = page.locator(".attempt-head").getByText(/^Resolved by Zoé, \d\d:\d\d:\d\d: Receipt 42$/)
    await line.waitFor()
    assert.strictEqual(await page.evaluate(() => document.activeElement?.tagName), "H1")
    await page.emulateMedia({ media: "print" })
    assert.isTrue(await line.isVisible())
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "keeps what was typed to resolve it, whatever key is pressed and wherever one goes",
    { timeout },
    async () => {
      await using mock = await startMock()
      const { unknown } = await sendGallery(mock)
      await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
      const { page } = visitor
      const evidence = page.getByLabel("Evidence")
      await evidence.fill("Receipt 42")
      const paid = page.getByLabel("The customer has paid")
      await paid.check()
      await page.getByLabel(/^Amount on the receipt/).fill("7,00")
      await page.getByLabel("Last four digits of the card").fill("4242")
      await paid.focus()
      for (const key of ["j", "k", "Escape"]) await page.keyboard.press(key)
      assert.include(page.url(), unknown)
      const menu = page.locator(".attempt-actions details")
      await page.getByText("More", { exact: true }).click()
      await page.keyboard.press("Escape")
      assert.isNull(await menu.getAttribute("open"))
      assert.include(page.url(), unknown)
      const isKept = async () => {
        assert.strictEqual(await evidence.inputValue(), "Receipt 42")
        assert.isTrue(await paid.isChecked())
        assert.strictEqual(await page.getByLabel(/^Amount on the receipt/).inputValue(), "7,00")
        assert.strictEqual(await page.getByLabel("Last four digits of the card").inputValue(), "4242")
      }
      await isKept()
      await page.locator(".rows").getByRole("link", { name: "PLAFOND" }).click()
      await page.getByRole("heading", { name: "Order PLAFOND" }).waitFor()
      await page.goBack()
      await evidence.waitFor()
      await isKept()
      await visitor.context.clearCookies()
      await page.getByText("Your session has expired.").waitFor()
      await page.fill("[name=username]", "merchant")
      await page.fill("[name=password]", "secret")
      await page.keyboard.press("Enter")
      await evidence.waitFor()
      await isKept()
      await page.getByLabel("Your name").fill("Zoé 4970 1000 0000 0014")
      await page.reload()
      await evidence.waitFor()
      await isKept()
      assert.match(await page.getByLabel("Your name").inputValue(), /^Zoé /)
      assert.notInclude(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })), "0000 0014")
      // Another person resolves it first.
      const word = { outcome: "declined", by: "Léa", evidence: "Receipt 43" }
      await visitor.context.request.post(`${mock.url}attempts/${unknown}/resolve`, { data: word })
      await page.getByText(/^Resolved by Léa/).waitFor()
      await page.getByText("What you typed was not recorded.").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt(
    "does not say that a resolution was not recorded when only its response was lost",
    { timeout },
    async () => {
      await using mock = await startMock()
      const { unknown } = await sendGallery(mock)
      await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
      const { page } = visitor
      const isLost = Promise.withResolvers<void>()
      await page.route(`**/attempts/${unknown}/resolve`, async (route) => {
        await route.fetch()
        await route.abort()
        isLost.resolve()
      })
      await page.getByLabel("The customer has paid").check()
      await page.getByLabel("Your name").fill("Zoé")
      // The server masks the card number.
      await page.getByLabel("Evidence").fill(" Receipt 42, card 4111 1111 1111 1111 ")
      await page.getByLabel(/^Amount on the receipt/).fill("100,00")
      await page.getByRole("button", { name: "Record the resolution" }).click()
      await isLost.promise
      await page.getByText(/^Resolved by Zoé/).waitFor()
      assert.strictEqual(await page.locator(".attempt [role=alert]").count(), 0)
      // Nor after leaving the page and coming back.
      await page.locator(".rows").getByRole("link", { name: "PLAFOND" }).click()
      await page.getByRole("heading", { name: "Order PLAFOND" }).waitFor()
      await page.goBack()
      await page.getByText(/^Resolved by Zoé/).waitFor()
      assert.strictEqual(await page.locator(".attempt [role=alert]").count(), 0)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("says that what was typed contradicts the record, if only in the amount", { timeout }, async () => {
    await using mock = await startMock()
    for (const [name, recorded, isContrary] of [
      ["PART", { paid: 10_000 }, true],
      ["WHOLE", {}, false]
    ] as const) {
      const unknown = await mock.send(name, { host: `${name}.cut.terminal.test`, amount: 12_900 })
      await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
      const { page } = visitor
      await page.getByLabel("The customer has paid").check()
      await page.getByLabel("Your name").fill("Zoé")
      const word = { outcome: "approved", by: "Léa", evidence: "Receipt 43", ...recorded }
      await visitor.context.request.post(`${mock.url}attempts/${unknown}/resolve`, { data: word })
      const note = page.getByText("What you typed was not recorded.")
      await note.waitFor()
      assert.include(await note.innerText(), "The customer has paid · €129.00 · Zoé")
      assert.strictEqual((await note.innerText()).includes("Find out which of the two is true"), isContrary)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  })

  browserIt("says that a resolution was not recorded when another one came first", { timeout }, async () => {
    await using mock = await startMock()
    const { unknown } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
    const { page } = visitor
    const word = { outcome: "declined", by: "Léa", evidence: "Receipt 43" }
    const isSent = Promise.withResolvers<void>()
    await page.route(`**/attempts/${unknown}/resolve`, async (route) => {
      await visitor.context.request.post(`${mock.url}attempts/${unknown}/resolve`, { data: word })
      // The event comes before the response.
      await page.getByText(/^Resolved by Léa/).waitFor()
      await route.continue()
      isSent.resolve()
    })
    await page.getByLabel("The customer has paid").check()
    await page.getByLabel("Your name").fill("Zoé")
    await page.getByLabel("Evidence").fill("Receipt 42")
    await page.getByRole("button", { name: "Record the resolution" }).click()
    await isSent.promise
    const note = page.getByText("What you typed was not recorded.")
    await note.waitFor()
    // What contradicts the record is not lost with the form, nor with the page.
    await page.reload()
    await note.waitFor()
    assert.include(await note.innerText(), "Find out which of the two is true")
    assert.include(await note.innerText(), "The customer has paid · €129.00 · Zoé · Receipt 42")
    await page.getByRole("button", { name: "Close" }).click()
    await note.waitFor({ state: "detached" })
    await page.reload()
    await page.getByText(/^Resolved by Léa/).waitFor()
    assert.strictEqual(await note.count(), 0)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "that is resolved later shows the time until its till was answered as its duration",
    { timeout },
    async () => {
      await using mock = await startMock()
      const unknown = await mock.send("LOST", { host: "cut.terminal.test" })
      await mock.control("POST", "clock", { action: "advance", milliseconds: 26 * 60 * 60 * 1000 })
      await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
      const { page } = visitor
      const lasted = () => page.locator(".facts-card div", { hasText: "Duration" }).locator("strong").innerText()
      await page.locator("form.resolve").waitFor()
      const before = await lasted()
      const word = { outcome: "declined", by: "Léa", evidence: "Receipt 43" }
      await visitor.context.request.post(`${mock.url}attempts/${unknown}/resolve`, { data: word })
      await page.getByText(/^Resolved by Léa/).waitFor()
      // The till is answered in the same millisecond in which the attempt ends, or in the one before.
      for (const duration of [before, await lasted()]) assert.match(duration, /^[\d.]+ m?s$/)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("that its terminal does not have yet does not tell anyone to press the red key", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST", { host: "10.0.0.12", async: true })
    const second = await mock.send("SECOND", { host: "10.0.0.12", async: true })
    await using visitor = await visit(browser, `${mock.url}#/attempts/${second}`)
    const { page } = visitor
    await page.getByText("its red key would cancel another order").waitFor()
    assert.strictEqual(await page.getByText("press the red key").count(), 0)
    await mock.control("POST", `terminals/${encodeURIComponent(COUNTER)}/key`, { key: "cancel" })
    await page.getByText("To cancel it, press the red key on the terminal.").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("that no longer exists says so, and cannot be resolved any more", { timeout }, async () => {
    await using mock = await startMock()
    const unknown = await mock.send("LOST", { host: "cut.terminal.test" })
    await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`)
    const { page } = visitor
    await page.getByLabel("Evidence").fill("Receipt 42")
    await mock.control("DELETE", "")
    await page.locator(".attempt").getByText("Not found. It may have been deleted.").waitFor()
    assert.strictEqual(await page.locator("form.resolve").count(), 0)
    assert.deepStrictEqual(
      visitor.complaints.filter((complaint) => !complaint.startsWith("404")),
      []
    )
  })

  browserIt("keeps the keyboard where it was when an order that is sent again is refused", { timeout }, async () => {
    await using mock = await startMock()
    const { partial } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${partial}`)
    const { page } = visitor
    await page.getByRole("button", { name: "Send again" }).click()
    await page.locator("form textarea").fill("{}")
    await page.getByRole("button", { name: "Send", exact: true }).click()
    await page.locator("form [role=alert]").waitFor()
    assert.strictEqual(await page.evaluate(() => document.activeElement?.textContent), "Send")
  })

  browserIt("is sent again under a new order id, and the pages go to the new one", { timeout }, async () => {
    await using mock = await startMock()
    const { partial } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${partial}`)
    const { page } = visitor
    await page.getByRole("button", { name: "Send again" }).click()
    await page.getByRole("button", { name: "Send", exact: true }).click()
    await page.getByRole("heading", { name: "Order ORDER-a4-again" }).waitFor()
    await page.getByText("9 in total").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows an entry of a kind that it does not know with its time and its kind", { timeout }, async () => {
    await using mock = await startMock()
    const { approved } = await sendGallery(mock)
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    // As a newer server might send: names that are also properties of every object must not match either.
    const kinds = ["rerouted", "constructor"]
    await page.route(`**/attempts/${approved}`, async (route) => {
      const response = await route.fetch()
      const attempt = await response.json()
      const added = kinds.map((kind) => ({ at: attempt.openedAt, kind, via: { anything: [1] } }))
      await route.fulfill({ response, json: { ...attempt, timeline: [...attempt.timeline, ...added] } })
    })
    await page.goto(`${mock.url}#/attempts/${approved}`)
    await page.getByRole("tab", { name: "All events" }).click()
    for (const kind of kinds) {
      const entry = page.locator(".timeline li", { has: page.getByRole("heading", { name: kind, exact: true }) })
      assert.match(await entry.locator("time").innerText(), /^\+/)
    }
    await page.locator(".timeline").getByText("HTTP 200, Success").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("that is unknown shows what the terminal's ledger says of it, and of no other", { timeout }, async () => {
    await using mock = await startMock()
    const host = "10.0.0.20"
    const terminal = `terminals/${encodeURIComponent(`${host}:8888`)}`
    const lose = async (orderId: string, payer: "refused" | "approved") => {
      await mock.control("PUT", `${terminal}/script`, { script: [payer] })
      await mock.control("POST", `${terminal}/faults`, { fault: "reset", stage: "after-request" })
      return mock.send(orderId, { host })
    }
    await mock.send("ORDER_0", { host })
    const uncharged = await lose("ORDER_1", "refused")
    const charged = await lose("ORDER_10", "approved")
    const long = await lose("Réservation de la table 12, près de l’entrée", "approved")
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    for (const [id, said] of [
      [uncharged, "Ledger: nothing was charged."],
      [charged, "Ledger: €42.50 was charged."],
      [long, "Ledger: €42.50 was charged."]
    ] as const) {
      await page.goto(`${mock.url}#/attempts/${id}`)
      await page.locator(".attempt-id").getByText(id).waitFor()
      await page.getByRole("button", { name: "Reveal what the ledger says" }).click()
      assert.include(await page.locator(".truth-said").innerText(), said)
    }
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("that is older than the ledger is not said to have charged nothing", { timeout }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "ledger-"))
    const store = join(folder, "attempts.db")
    const charged = await (async () => {
      await using mock = await startMock({ store })
      return await mock.send("CHARGED", { host: "reset-after-approval.terminal.test" })
    })()
    {
      await using mock = await startMock({ store })
      await using visitor = await visit(browser, `${mock.url}#/attempts/${charged}`)
      const { page } = visitor
      const reveal = page.getByRole("button", { name: "Reveal what the ledger says" })
      await page.route("**/_mock/ledger", (route) =>
        route.fulfill({ status: 503, json: { error: { message: "busy" } } })
      )
      await reveal.click()
      await page.locator(".truth").getByText("busy").waitFor()
      await page.unroute("**/_mock/ledger")
      await reveal.click()
      await page.getByText("its ledger no longer has an entry for it").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  })

  browserIt("that is a refund or a cancellation says so in every sentence", { timeout }, async () => {
    await using mock = await startMock()
    const refund = (name: string) =>
      mock.send(`REFUND-${name}`, { host: `${name}.terminal.test`, transactionType: "Credit" })
    await mock.send("SALE")
    const faults = `terminals/${encodeURIComponent("approved.terminal.test:8888")}/faults`
    await mock.control("POST", faults, { fault: "cut" })
    const cancelled = await mock.send("SALE", { transactionType: "Cancel" })
    const [unknown, declined] = [await refund("cut"), await refund("declined")]
    const charging = /paid|charge[^d]|paiement|payé|encaiss/i
    for (const { locale, sentences, choices } of [
      {
        locale: "en-GB",
        sentences: ["It is not known whether the customer was refunded.", "Nothing was refunded."],
        choices: [
          ["The customer was refunded", "The customer was not refunded"],
          ["The sale was cancelled", "The sale was not cancelled"]
        ]
      },
      {
        locale: "fr-FR",
        sentences: ["On ne sait pas si le client a été remboursé.", "Rien n’a été remboursé."],
        choices: [
          ["Le client a été remboursé", "Le client n’a pas été remboursé"],
          ["La vente a été annulée", "La vente n’a pas été annulée"]
        ]
      }
    ]) {
      await using visitor = await visit(browser, mock.url, { locale })
      const { page } = visitor
      const show = async (id: string) => {
        await page.goto(`${mock.url}#/attempts/${id}`)
        await page.locator(".attempt-id").getByText(id).waitFor()
        return page.locator(".attempt-head .say").innerText()
      }
      const radios = () => page.locator(".choices label").allInnerTexts()
      const said = [await show(unknown), await show(declined)]
      for (const [index, sentence] of sentences.entries()) assert.include(said[index], sentence)
      await show(unknown)
      const refund = await radios()
      said.push(await show(cancelled))
      assert.deepStrictEqual(
        [refund, await radios()].map((texts) => texts.map((text) => text.trim())),
        choices
      )
      for (const each of said) assert.notMatch(each, charging)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  })
})

describe("an attempt in French", () => {
  browserIt(
    "has states that agree, a notification's state, and French names of Concert's fields",
    { timeout },
    async () => {
      await using mock = await startMock()
      const { approved, unknown } = await sendGallery(mock)
      await using visitor = await visit(browser, `${mock.url}#/attempts/${approved}`, { locale: "fr-FR" })
      const { page } = visitor
      await page.locator(".attempt-head").getByText("Accepté").waitFor()
      await page.getByRole("tab", { name: "Tous les événements" }).click()
      await page.getByText("116, enregistrée, non envoyée").waitFor()
      for (const [tag, name] of [
        ["CA", "numéro de caisse"],
        ["CB", "montant"],
        ["CE", "devise"],
        ["AE", "état de l’action"]
      ] as const) {
        const row = page.locator(".fields tr", { has: page.getByText(tag, { exact: true }) }).first()
        const cell = row.getByRole("cell", { name, exact: true })
        assert.strictEqual(await cell.getAttribute("lang"), null, tag)
      }
      await page.goto(`${mock.url}#/attempts/${unknown}`)
      await page.locator(".attempt-head").getByText("Inconnu").waitFor()
      await page.getByRole("heading", { name: "Régulariser le paiement" }).waitFor()
      await page.getByLabel("Justificatif").waitFor()
      await page.getByText("La connexion avec le terminal s’est coupée avant une réponse complète.").waitFor()
      await page.getByText(/^champ [A-Z]{2}, octet \d+\u00A0: \d+ octets annoncés, \d+ reçus?$/).waitFor()
      // The server's English text is there for support, collapsed.
      assert.strictEqual(
        await page.getByLabel("Ce que le terminal a dit").locator("details [lang=en]").isVisible(),
        false
      )
    }
  )

  browserIt(
    "says in French why an order is not taken again, with the attempt that it is about",
    { timeout },
    async () => {
      await using mock = await startMock()
      const host = "10.0.0.20"
      const [paid, lost] = [await mock.send("PAYEE", { host }), await mock.send("PERDUE", { host })]
      await using visitor = await visit(browser, mock.url, { locale: "fr-FR" })
      const { page } = visitor
      const refund = async (id: string) => {
        await page.goto(`${mock.url}#/attempts/${id}`)
        await page.locator(".attempt-id").getByText(id).waitFor()
        await page.getByRole("button", { name: "Rembourser" }).click()
        await page.getByRole("button", { name: "Envoyer", exact: true }).click()
      }
      const isRefused = async (sentence: string, earlier: string) => {
        const note = page.locator("form [role=alert]")
        await note.getByText(sentence).waitFor()
        assert.strictEqual(await note.locator("[lang]").count(), 0)
        for (const colorScheme of ["dark", "light"] as const) {
          await page.emulateMedia({ colorScheme })
          assert.deepStrictEqual(await violations(page), [], colorScheme)
        }
        await note.getByRole("link", { name: "Ouvrir cette tentative" }).click()
        await page.getByRole("heading", { name: `Commande ${earlier}` }).waitFor()
      }
      await refund(paid)
      await page.getByRole("heading", { name: "Commande PAYEE-refund" }).waitFor()
      await page.locator(".attempt-head").getByText("Accepté").waitFor()
      await refund(paid)
      await isRefused("Cette commande a déjà abouti", "PAYEE-refund")
      await mock.control("POST", `terminals/${encodeURIComponent(`${host}:8888`)}/faults`, {
        fault: "reset",
        stage: "after-request"
      })
      await refund(lost)
      await page.getByRole("heading", { name: "Régulariser le remboursement" }).waitFor()
      await refund(lost)
      await isRefused("Cette commande a déjà été envoyée", "PERDUE-refund")
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("says in French why nothing was paid, and a person's word once", { timeout }, async () => {
    await using mock = await startMock()
    const declined = await mock.send("REFUSEE", { host: "declined.terminal.test" })
    const late = await mock.send("TARD", { host: "timed-out.terminal.test" })
    const unknown = await mock.send("PERDUE", { host: "cut.terminal.test" })
    await using visitor = await visit(browser, mock.url, { locale: "fr-FR" })
    const { page } = visitor
    const word = { outcome: "declined", by: "Léa", evidence: "ticket 43" }
    await visitor.context.request.post(`${mock.url}attempts/${unknown}/resolve`, { data: word })
    const said: Array<string> = []
    for (const id of [declined, late, unknown]) {
      await page.goto(`${mock.url}#/attempts/${id}`)
      await page.locator(".attempt-id").getByText(id).waitFor()
      assert.strictEqual(await page.locator(".attempt-head [lang=en]").count(), 0)
      said.push(await page.locator(".attempt-head .say.state-declined").innerText())
    }
    assert.deepStrictEqual(said, [
      "Rien n’a été payé. Refusée.",
      "Rien n’a été payé. Non effectuée\u00A0: délai de saisie dépassé.",
      "Rien n’a été payé."
    ])
    assert.deepStrictEqual(visitor.complaints, [])
  })

  it("has a French sentence for each reason why a terminal proves nothing", () => {
    const sources = [
      "concert-codec/src/session/Recovery.ts",
      "gateway/src/terminals/recover.ts",
      "gateway/src/terminals/DialledTerminals.ts",
      "server/src/attempts/askTerminal.ts"
    ].map((path) => readFileSync(new URL(`../../packages/${path}`, import.meta.url), "utf8"))
    const reasons = sources.flatMap((source) =>
      [
        ...source.matchAll(
          /(?:(?:inconclusive|unproved)\(\s*|NothingProved\(\{ why: )(["`])(.+?)\1|(["`])(the (?:[a-z ]+ )?repeated transaction .+?|the terminal has no approved .+?)\3/gs
        )
      ].map(([, , one, , other]) =>
        (one ?? other ?? "")
          .replace(/\$\{within\}/, " for 9 s")
          .replace(/\$\{[^}]*nounOf[^}]*\}/, "credit")
          .replace(/\$\{isBy[^}]*\}/, "order")
      )
    )
    assert.isAbove(reasons.length, 20)
    for (const reason of reasons) assert.isString(whyNotProvedInFrench(reason), reason)
    assert.strictEqual(
      whyNotProvedInFrench("it may still answer the payment itself for 9 s"),
      "Il peut encore répondre au paiement lui-même pendant 9 s."
    )
  })

  it("has a French name for every tag that the codec knows, and for no other", () => {
    assert.sameMembers(
      Object.keys(tags),
      Tag.all.map(({ code }) => code)
    )
  })
})
