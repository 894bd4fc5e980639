/** The console's page that compares a settlement with a day's payments, and records what the file proves. */
import { assert, describe } from "vitest"
import { violations } from "./axe.ts"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { startMock } from "./mock.ts"

const browser = useBrowser()

const header = "order_id,amount,currency,authorization,type"
const settlement = [
  header,
  "PAID,42.50,EUR,,sale",
  "LOST,42.50,EUR,A12345,sale",
  "TIPPED,45.00,EUR,,sale",
  "REFUSED,42.50,EUR,,sale",
  "STRANGE,1.00,EUR,,sale",
  "UNDONE,42.50,EUR,B12345,sale",
  "UNDONE,42.50,EUR,B12345,reversal"
].join("\n")

describe("a settlement in the console", () => {
  browserIt(
    "is laid beside the day; what it proves is recorded after a look, with the line as evidence",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      await mock.send("PAID")
      const lost = await mock.send("LOST", { host: "cut.terminal.test" })
      const left = await mock.send("LEFT", { host: "cut.terminal.test" })
      const undone = await mock.send("UNDONE", { host: "cut.terminal.test" })
      await mock.send("TIPPED")
      await mock.send("REFUSED", { host: "declined.terminal.test" })
      await mock.send("MISSING")
      await mock.send("RETURNED", { transactionType: "Credit" })
      await using visitor = await visit(browser, `${mock.url}#/day`, { locale: "en-GB" })
      const { page } = visitor
      await page.getByRole("link", { name: "Reconcile" }).click()
      await page.getByRole("heading", { name: "Reconcile", level: 1 }).waitFor()
      assert.deepStrictEqual(await violations(page), [])
      // Each file is dropped: a browser's own file, as from a folder.
      const drop = async (name: string, text: string) => {
        const dataTransfer = await page.evaluateHandle(
          ([name, text]) => {
            const transfer = new DataTransfer()
            transfer.items.add(new File([text ?? ""], name ?? ""))
            return transfer
          },
          [name, text]
        )
        await page.locator(".reconcile-drop").dispatchEvent("drop", { dataTransfer })
      }
      await drop("settlement.csv", settlement.replace("TIPPED,45.00", "TIPPED,45.005"))
      await page.getByText("Line 4: expected an amount of EUR, got “45.005”.").waitFor()
      await page.getByRole("button", { name: "Take another file" }).click()
      await drop("settlement.csv", settlement)

      const figures = page.locator(".figures")
      await figures.getByText("Matched").waitFor()
      assert.deepStrictEqual((await figures.innerText()).split(/\n+/), [
        ...["Unknown here, paid in the file", "1"],
        ...["Unknown here, perhaps reversed in the file", "1"],
        ...["Not paid here, paid in the file", "1"],
        ...["Another amount", "1"],
        ...["Only in the file", "1"],
        ...["Only here", "2"],
        ...["Unknown here, not in the file", "1"],
        ...["Matched", "1"]
      ])
      assert.include(await page.locator("[data-kind=onlyHere]").innerText(), "MISSING")
      assert.include(await page.locator("[data-kind=onlyHere]").innerText(), "−\u00A0€42.50")
      assert.include(await page.locator("[data-kind=stillUnknown]").innerText(), "LEFT")
      const reversed = await page.locator("[data-kind=perhapsReversed] tbody").innerText()
      assert.match(reversed, /^7\t€42\.50\tUNDONE\tB12345[\s\S]*\n8\treversal\tUNDONE\tB12345/)
      assert.deepStrictEqual(await violations(page), [])

      const proved = page.locator("form[data-kind=proved]")
      const choice = proved.getByRole("checkbox", { name: "Record LOST as paid" })
      await choice.uncheck()
      assert.isTrue(await proved.getByRole("button", { name: "Record 0 payments as paid" }).isDisabled())
      await choice.check()
      await proved.getByLabel("Your name").fill("Zoé")
      await proved.getByRole("button", { name: "Record 1 payment as paid" }).click()
      await page.getByText("1 payment recorded as paid.").waitFor()
      await proved.waitFor({ state: "detached" })
      assert.include(await figures.innerText(), "Matched\n2")
      const stateOf = async (id: string) =>
        (await (await visitor.context.request.get(`${mock.url}attempts/${id}`)).json()) as {
          readonly state: string
          readonly resolution?: { readonly by: string; readonly evidence: string }
        }
      const { state, resolution } = await stateOf(lost)
      assert.deepStrictEqual(
        [state, resolution?.by, resolution?.evidence],
        ["approved", "Zoé", "settlement.csv, line 3: Debit, 42.50 EUR, order LOST, authorization A12345"]
      )
      for (const id of [left, undone]) assert.strictEqual((await stateOf(id)).state, "unknown")
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt(
    "keeps the file and what was done with it while its user looks at a payment",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      const lost = await mock.send("LOST", { host: "cut.terminal.test" })
      await mock.send("LEFT", { host: "cut.terminal.test" })
      await mock.send("PAID")
      await using visitor = await visit(browser, `${mock.url}#/reconcile`, { locale: "en-GB" })
      const { page } = visitor
      await page.getByLabel("Lines of the file").fill("Shop;Order;Sum\n1;LOST;42,50\n1;LEFT;42,50\n1;PAID;42,50\n")
      await page.getByRole("button", { name: "Compare these lines" }).click()
      await page.getByRole("combobox", { name: "Order id" }).selectOption("Order")
      await page.getByRole("combobox", { name: "Amount" }).selectOption("Sum")
      const proved = page.locator("form[data-kind=proved]")
      const choice = proved.getByRole("checkbox", { name: "Record LEFT as paid" })
      await choice.uncheck()
      await proved.getByLabel("Your name").fill("Zoé")
      const look = async () => {
        await page.locator(`a[href$="${lost}"]`).first().click()
        await page.getByRole("heading", { name: "Order LOST" }).waitFor()
        await page.goBack()
        await page.getByText("File: pasted lines").waitFor()
        await choice.waitFor()
        assert.isFalse(await choice.isChecked())
        assert.strictEqual(await proved.getByLabel("Your name").inputValue(), "Zoé")
      }
      await look()
      await page.route(`**/attempts/${lost}/resolve`, (route) =>
        route.fulfill({ status: 503, json: { error: { message: "no store" } } })
      )
      await proved.getByRole("button", { name: "Record 1 payment as paid" }).click()
      await page.getByText("no store").waitFor()
      await look()
      await page.getByText("no store").waitFor()
      // The file is kept when the day changes; it proves the same unknown payments there, and is still there after going back.
      await page.getByRole("button", { name: "Previous day" }).click()
      assert.include(await page.locator("[data-kind=onlyThere]").innerText(), "PAID")
      assert.include(await proved.innerText(), "LOST")
      await page.getByRole("button", { name: "Next day" }).click()
      await page.getByText("no store").waitFor()
      await page.getByRole("button", { name: "Take another file" }).click()
      await page.getByLabel("Lines of the file").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt(
    "does not say that a payment was not recorded when only the response was lost",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      const orders = ["LOST-1", "LOST-2"]
      for (const order of orders) await mock.send(order, { host: `${order}.cut.terminal.test` })
      await using visitor = await visit(browser, `${mock.url}#/reconcile`, { locale: "en-GB" })
      const { page } = visitor
      let requests = 0
      await page.route("**/resolve", async (route) => {
        if (++requests === 1) await route.fetch()
        await route.abort()
      })
      const lines = [header, ...orders.map((order) => `${order},42.50,EUR,${order.replace("LOST-", "A1234")},sale`)]
      await page.getByLabel("Lines of the file").fill(lines.join("\n"))
      await page.getByRole("button", { name: "Compare these lines" }).click()
      const proved = page.locator("form[data-kind=proved]")
      await proved.getByLabel("Your name").fill("Zoé")
      await proved.getByRole("button", { name: "Record 2 payments as paid" }).click()
      await proved.getByRole("button", { name: "Record 1 payment as paid" }).waitFor()
      const [left] = await proved.locator("tbody a").allInnerTexts()
      assert.strictEqual(await page.getByText("was not recorded").count(), 0)
      const told = await page.getByText(/^It is not known whether/).allInnerTexts()
      assert.deepStrictEqual(told, [`It is not known whether ${left} was recorded:`])
    }
  )

  browserIt("has the logins beside the orders where there is more than one", { timeout: 180_000 }, async () => {
    const own = { username: "merchant", password: "secret" }
    const other = { username: "other-shop", password: "other-secret" }
    await using mock = await startMock({ logins: [own, other] })
    await mock.send("1001", { login: "other-shop:other-secret", amount: 500 })
    await mock.send("1001", { host: "cut.terminal.test" })
    await using visitor = await visit(browser, `${mock.url}#/reconcile`, { locale: "en-GB" })
    const { page } = visitor
    await page.getByLabel("Lines of the file").fill(`${header}\n1001,42.50,EUR,,sale\n1001,5.00,EUR,,sale\n`)
    await page.getByRole("button", { name: "Compare these lines" }).click()
    const proved = page.locator("form[data-kind=proved]")
    await proved.getByRole("columnheader", { name: "Login" }).waitFor()
    await proved.getByRole("cell", { name: "merchant", exact: true }).waitFor()
    assert.include(await page.locator("[data-kind=matched]").textContent(), "other-shop")
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("proves no payment by the line of another day's", { timeout: 180_000 }, async () => {
    const own = { username: "merchant", password: "secret" }
    const other = { username: "other-shop", password: "other-secret" }
    await using mock = await startMock({ logins: [own, other] })
    const yesterday = await mock.send("1001", { login: "other-shop:other-secret" })
    await mock.control("POST", "clock", { action: "advance", milliseconds: 24 * 60 * 60 * 1000 })
    const today = await mock.send("1001", { host: "cut.terminal.test" })
    await using visitor = await visit(browser, `${mock.url}#/reconcile`, { locale: "en-GB" })
    const { page } = visitor
    await page.getByLabel("Lines of the file").fill(`${header}\n1001,42.50,EUR,,sale\n`)
    await page.getByRole("button", { name: "Compare these lines" }).click()
    await page.locator(`[data-kind=stillUnknown] a[href$="${today}"]`).waitFor()
    assert.strictEqual(await page.locator(`[data-kind=matched] a[href$="${yesterday}"]`).count(), 1)
    assert.strictEqual(await page.locator("form[data-kind=proved]").count(), 0)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("is read with columns of its own, pasted, on a phone and in French", { timeout: 180_000 }, async () => {
    await using mock = await startMock()
    await mock.send("PAYEE")
    await using visitor = await visit(browser, `${mock.url}#/reconcile`, {
      locale: "fr-FR",
      viewport: { width: 320, height: 700 }
    })
    const { page } = visitor
    await page.getByLabel("Lignes du fichier").fill("Commande;Brut\nPAYEE;42,50\n")
    await page.getByRole("button", { name: "Comparer ces lignes" }).click()
    await page.getByText("Tout concorde.").waitFor()
    assert.deepStrictEqual(await violations(page), [])
    await page.getByRole("button", { name: "Prendre un autre fichier" }).click()
    await page.getByLabel("Lignes du fichier").fill("Commande;Brut;Statut\nPAYEE;42,50;OK\nAUTRE;1,00;REFUSÉ\n")
    await page.getByRole("button", { name: "Comparer ces lignes" }).click()
    await page.getByText("Les statuts : OK, REFUSÉ.").waitFor()
    await page.getByLabel("Statuts qui signifient payé").fill("OK")
    await page.getByText("1 ligne non payée d’après son statut ignorée : REFUSÉ.").waitFor()
    await page.getByText("Tout concorde.").waitFor()
    assert.strictEqual(await page.getByRole("alert").count(), 0)
    await page.getByRole("combobox", { name: /^Statut/ }).selectOption("pas dans le fichier")
    assert.include(await page.locator("[data-kind=onlyThere]").innerText(), "AUTRE")
    assert.strictEqual(await page.getByRole("alert").count(), 0)
    await page.getByRole("button", { name: "Prendre un autre fichier" }).click()
    await page.getByLabel("Lignes du fichier").fill("Commande;Brut;Opération\nPAYEE;42,50;Vente\nAUTRE;1,00;Frais\n")
    await page.getByRole("button", { name: "Comparer ces lignes" }).click()
    await page.getByText("Les types : Vente, Frais.").waitFor()
    await page.getByLabel("Types des ventes").fill("Vente")
    await page.getByText("1 ligne d’un autre type ignorée : Frais.").waitFor()
    await page.getByText("Tout concorde.").waitFor()
    assert.deepStrictEqual(await violations(page), [])
    await page.getByLabel("Numéro de commande").selectOption("pas dans le fichier")
    await page.getByText("un montant seul ne prouve rien").waitFor()
    await page.getByLabel("Format").selectOption("Ticket de télécollecte")
    await page.getByText("n’a pas les colonnes « montant »").waitFor()
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    )
    assert.isAtMost(overflow, 0)
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(visitor.complaints, [])
  })
})
