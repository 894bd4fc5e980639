/**
 * What a counter needs beside the sale itself: keys for fingers, undo, receipts, search, the close of the day. One shop
 * for all.
 */
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import type { Page } from "playwright-core"
import { losePayment, openShop, type Shop, seenOf } from "../server/shop.ts"
import { closeBrowser, hasBrowser, type OpenPage, openPage } from "./browser.ts"

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name })
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name, level: 1 })

describe.skipIf(!hasBrowser)("a counter in French", { timeout: 180_000 }, () => {
  let shop: Shop
  let open: OpenPage
  let page: Page
  beforeAll(async () => {
    shop = await openShop({
      terminal: { cardholder: Cardholder.manual },
      till: {
        terminals: [
          { name: "Bar", host: "bar.approved.terminal.test" },
          { name: "Caisse", host: "manual.terminal.test" }
        ]
      }
    })
    // A tablet on the counter: fingers, no pointer.
    open = await openPage(shop.url, {
      locale: "fr-FR",
      hasTouch: true,
      isMobile: true,
      viewport: { width: 1180, height: 820 }
    })
    ;({ page } = open)
  }, 180_000)
  afterAll(async () => {
    await open?.[Symbol.asyncDispose]()
    await shop?.[Symbol.asyncDispose]()
    await closeBrowser()
  })

  it("loads one language at a time, and a view when it is first shown", async () => {
    await using open = await openPage(shop.url, { locale: "fr-FR" })
    const { page } = open
    await button(page, "Montant libre").waitFor()
    const scripts = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .flatMap(({ name }) => /\/assets\/(.+)-.{8}\.js$/.exec(new URL(name).pathname)?.[1] ?? [])
      )
    const first = await scripts()
    assert.include(first, "fr")
    for (const later of ["en", "Day", "History", "CustomerDisplay", "ReceiptPage"]) assert.notInclude(first, later)
    await button(page, "English").click()
    await button(page, "Other amount").waitFor()
    await page.getByRole("link", { name: "Day" }).click()
    await page.locator(".report").waitFor()
    assert.includeMembers([...(await scripts())], ["en", "Day"])
    assert.deepStrictEqual(open.faults, [])
  })

  it("says when a view cannot be loaded, and has it once the page is loaded again", async () => {
    await using open = await openPage(shop.url, { locale: "fr-FR" })
    const { page } = open
    await page.route(/\/assets\/Day-/, (route) => route.abort())
    await page.getByRole("link", { name: "Journée" }).click()
    await page.getByText("Cette page n’a pas pu être chargée").waitFor()
    await page.unroute(/\/assets\/Day-/)
    await button(page, "Recharger").click()
    await page.locator(".report").waitFor()
  })

  it("takes an amount without a code by its keys, with its tax rate and name", async () => {
    await button(page, "Montant libre").tap()
    for (const key of ["7", "5", "0", "0", "Effacer le dernier chiffre"]) {
      await page.locator(".keypad").getByRole("button", { name: key, exact: true }).tap()
    }
    await button(page, /^5,5/).tap()
    await page.getByLabel("Libellé sur le ticket").fill("Bouquet")
    await button(page, /^Ajouter 7,50/).tap()
    await page.getByText("Bouquet : 1 dans la vente").waitFor()
    const { sale } = await shop.state()
    assert.deepStrictEqual(
      sale?.lines.map(({ name, total, taxRate }) => [name, total, taxRate]),
      [["Bouquet", 750, 5.5]]
    )
    await page.getByRole("heading", { name: "Ticket 000001" }).waitFor()
  })

  it("removes a line and reopens an abandoned sale", async () => {
    await button(page, "Bouquet : un de moins").tap()
    await page.getByText("Bouquet : ligne supprimée").waitFor()
    await button(page, "Annuler").tap()
    await button(page, "Bouquet : un de moins").waitFor()
    await button(page, "Abandonner").tap()
    await page.getByRole("dialog").getByRole("button", { name: "Abandonner" }).tap()
    await page.getByText("Ticket 000001 abandonné").waitFor()
    await button(page, "Annuler").tap()
    await page.getByRole("heading", { name: "Ticket 000001" }).waitFor()
    assert.strictEqual((await shop.state()).sale?.stage, "open")
  })

  it("says what the terminal is doing, on the till and on the customer's screen, and keeps the terminal after a refusal", async () => {
    await button(page, /^Encaisser/).tap()
    await heading(page, /^À payer/).waitFor()
    await page.getByText("Caisse", { exact: true }).tap()
    await button(page, /^Carte 7,50/).tap()
    await page.getByText("Le terminal attend la carte.").waitFor()
    await using customer = await openPage(`${shop.url}/#/customer`, { locale: "fr-FR" })
    await customer.page.getByText("Suivez les instructions du terminal").waitFor()
    assert.include(await customer.page.locator(".customer-total").innerText(), "7,50")
    await shop.pressAt("manual.terminal.test:8888", "cancel")
    await page.getByRole("heading", { name: "Non payé" }).waitFor()
    assert.isTrue(await page.getByRole("radio", { name: "Caisse" }).isChecked())
    await page.reload()
    await heading(page, /^À payer/).waitFor()
    assert.isTrue(await page.getByRole("radio", { name: "Caisse" }).isChecked())
    // A scanner and keys that reach the customer's screen do nothing, and it stays what it is.
    const { sale: before } = await shop.state()
    for (const key of ["F2", "F4", "F8"]) await customer.page.keyboard.press(key)
    await customer.page.keyboard.type("2000000001470")
    await customer.page.keyboard.press("Enter")
    await customer.page.locator(".customer-total").waitFor()
    assert.strictEqual(new URL(customer.page.url()).hash, "#/customer")
    assert.deepStrictEqual((await shop.state()).sale, before)
    assert.deepStrictEqual(customer.faults, [])
  })

  it("takes cash by its keys: the first digit replaces the suggestion", async () => {
    const cash = page.getByRole("form", { name: "Espèces" })
    for (const key of ["1", "0", "00"]) await cash.getByRole("button", { name: key, exact: true }).tap()
    await page.getByText("Monnaie à rendre : 2,50").waitFor()
    await button(page, /^Encaisser 7,50.* en espèces/).tap()
    await heading(page, /^Payé/).waitFor()
  })

  it("gives a receipt with shop, address, SIRET and tax per rate, on paper and behind a code", async () => {
    const paper = page.getByRole("article", { name: "Ticket" })
    const text = (await paper.innerText()).replace(/\s/g, " ")
    for (const part of [
      "Épicerie du Port",
      "4 quai des Exemples",
      "SIRET 123 456 782 00010",
      "TVA FR11123456782",
      "Ticket 000001",
      "A 5,5 %",
      "DÉMONSTRATION"
    ]) {
      assert.include(text, part)
    }
    await page.getByRole("img", { name: "Ticket sur le téléphone" }).waitFor()
    const link = (await page.getByRole("link", { name: "Ouvrir le ticket" }).getAttribute("href")) ?? ""
    await using phone = await openPage(link, { locale: "fr-FR", viewport: { width: 390, height: 844 }, hasTouch: true })
    await phone.page.getByText("SIRET 123 456 782 00010").waitFor()
    assert.strictEqual(await phone.page.getByRole("link").count(), 0)
    assert.deepStrictEqual(phone.faults, [])
    // Without a network nothing is known of the receipt.
    await phone.page.route(/\/api\/receipts\//, (route) => route.abort())
    await phone.page.reload()
    await phone.page.getByText("Le ticket ne peut pas être chargé").waitFor()
    await phone.page.unroute(/\/api\/receipts\//)
    await button(phone.page, "Réessayer").tap()
    await phone.page.getByText("SIRET 123 456 782 00010").waitFor()
    await phone.page.goto(`${shop.url}/r/T1.guessed`)
    await phone.page.getByText("Ce ticket n’existe pas").waitFor()
    await button(page, "Client suivant").tap()
  })

  it("advises in French if an outcome is unknown; the server's English is for support", async () => {
    await using other = await openShop({ terminal: { cardholder: Cardholder.auto(TestCard.standard) } })
    await using french = await openPage(other.url, { locale: "fr-FR" })
    other.terminal.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
    await button(french.page, /^Ajouter Tasse en grès/).click()
    await button(french.page, /^Encaisser/).click()
    await button(french.page, /^Carte/).click()
    await heading(french.page, "L’issue du paiement est inconnue").waitFor()
    const english = french.page.locator("[lang=en]", { hasText: /the|payment/ })
    assert.isFalse(await english.isVisible())
    await french.page.getByText("Détail technique").click()
    await english.waitFor()
  })

  it("says in French what a terminal leaves open of a payment, and asks it no more", async () => {
    await using other = await openShop({ terminal: { cardholder: Cardholder.auto(TestCard.standard) } })
    await other.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale } = await losePayment(other)
    await other.stop()
    const fact = { _tag: "CardDoubted", tender: 1, doubt: "operation-not-named" }
    appendFileSync(join(other.dataDir, "sales.jsonl"), `${JSON.stringify({ sale: sale?.id, at: 1, fact })}\n`)
    await other.restart()
    await using french = await openPage(other.url, { locale: "fr-FR" })
    await french.page.getByText("le terminal ne dit pas s’il a été annulé ensuite").waitFor()
    assert.strictEqual(await button(french.page, "Interroger le serveur et le terminal").count(), 0)
  })

  it("says in French that the payment server contradicts what was recorded, and leads to the payment", async () => {
    await using other = await openShop({ terminal: { cardholder: Cardholder.auto(TestCard.standard) } })
    await other.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale } = await losePayment(other)
    const word = { do: "resolve", tender: 1, outcome: "declined", by: "Ana", evidence: "aucun ticket" } as const
    await other.act({ ...word, ...seenOf(sale) })
    await other.stop()
    const fact = { _tag: "CardCompared", tender: 1, paid: 1290 }
    appendFileSync(join(other.dataDir, "sales.jsonl"), `${JSON.stringify({ sale: sale?.id, at: Date.now(), fact })}\n`)
    await other.restart()
    await using french = await openPage(other.url, { locale: "fr-FR" })
    const notice = french.page.locator(".notice", { hasText: "le serveur de paiement contredit" })
    await notice.getByRole("link").click()
    await french.page.getByText("le serveur de paiement indique un montant débité de 12,90").waitFor()
    // The means of payment stays beside its amount, however long its result and however narrow the page.
    for (const width of [1440, 900, 390]) {
      await french.page.setViewportSize({ width, height: 844 })
      const name = await french.page.getByText("Carte · Counter").boundingBox()
      assert.isAbove(name?.width ?? 0, 110, `at ${width}`)
      assert.isBelow(name?.height ?? 100, 60, `at ${width}`)
    }
    await notice.getByRole("button", { name: "Marquer comme traité" }).click()
    await notice.waitFor({ state: "detached" })
    await french.page.getByRole("link", { name: "Retour" }).click()
    await french.page.locator(".sales").getByText("Contredit par le serveur").waitFor()
  })

  it("finds a past sale by amount, ticket and last four digits", async () => {
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale } = await shop.state()
    await shop.act({ do: "card", amount: 1290, terminal: "Bar", ...seenOf(sale) })
    await shop.until(({ sale }) => sale?.stage === "completed")
    await shop.act({ do: "next" })
    await page.goto(`${shop.url}/#/history`)
    for (const [text, found] of [
      ["12,90", "000002"],
      ["000001", "000001"],
      ["0014", "000002"]
    ] as const) {
      await page.getByLabel("Chercher dans tous les jours").fill(text)
      await page.keyboard.press("Enter")
      await page.getByText("1 vente trouvée").waitFor()
      assert.include(await page.locator(".sales").innerText(), `Ticket ${found}`)
      await button(page, "Effacer la recherche").tap()
      await page.getByText("1 vente trouvée").waitFor({ state: "detached" })
    }
  })

  it("closes the day once with what was counted, however often it is asked to, and prints it with shop, date and times", async () => {
    const first = { do: "close-day", day: "2026-11-01", closings: 0, float: 0, counts: [], by: "Ben" } as const
    await shop.act(first)
    await page.getByRole("link", { name: "Journée" }).tap()
    await page.getByLabel("Fond de caisse").fill("100")
    await page.getByLabel(/^Nombre de 100,00/).fill("1")
    await page.getByLabel(/^Nombre de 5,00/).fill("1")
    await page.getByText("-2,50").or(page.getByText("−2,50")).waitFor()
    // No sums of a count that cannot be read.
    await page.getByLabel(/^Nombre de 2,00/).fill("1o")
    await page.locator(".closing .sums").waitFor({ state: "detached" })
    await page.getByLabel(/^Nombre de 2,00/).fill("")
    await page.getByText("-2,50").or(page.getByText("−2,50")).waitFor()
    await page.getByLabel("Votre nom").fill("Ana")
    // The count survives another view and a reload.
    await page.getByRole("link", { name: "Historique" }).tap()
    await page.locator(".sales").waitFor()
    await page.getByRole("link", { name: "Journée" }).tap()
    await page.getByText("-2,50").or(page.getByText("−2,50")).waitFor()
    await page.waitForFunction(() => sessionStorage.getItem("till.drafts")?.includes("Ana"))
    await page.reload()
    await page.getByText("-2,50").or(page.getByText("−2,50")).waitFor()
    assert.strictEqual(await page.getByLabel("Fond de caisse").inputValue(), "100")
    assert.strictEqual(await page.getByLabel("Votre nom").inputValue(), "Ana")
    await button(page, "Clôturer la journée").evaluate((each) => {
      for (let clicks = 0; clicks < 2; clicks++) (each as HTMLElement).click()
    })
    await page.getByText("Clôture 0002 enregistrée").waitFor()
    await page.getByText("Clôture 0002", { exact: true }).waitFor()
    await page.waitForFunction(() => sessionStorage.getItem("till.drafts") === "[]")
    assert.strictEqual((await shop.state()).closings, 2)
    await page.emulateMedia({ media: "print" })
    const printed = (await page.locator("main").innerText()).replace(/\s/g, " ")
    await page.emulateMedia({ media: null })
    for (const part of ["Épicerie du Port", "SIRET", "Totaux du", "Tickets 000001 à 000002", "Imprimé le", "Écart"]) {
      assert.include(printed, part)
    }
    assert.deepStrictEqual(open.faults, [])
  })

  it("says when a day has changed since it was closed, whose closing stays as it was", async () => {
    await page.getByText("Clôture 0002", { exact: true }).waitFor()
    assert.strictEqual(await page.getByText("La journée a changé depuis").count(), 0)
    const { sale } = await shop.act({ do: "add", code: "BAG", quantity: 1 })
    await shop.act({ do: "cash", given: 135, ...seenOf(sale) })
    await page.getByText("La journée a changé depuis").waitFor()
    assert.match(await page.locator("section.closing").innerText(), /la recette était de 20,40/)
    await shop.act({ do: "next" })
  })

  it("says that it is a demonstration, and no certified cash register", async () => {
    await page.getByText("ce n’est pas un logiciel de caisse certifié").last().waitFor()
  })
})
