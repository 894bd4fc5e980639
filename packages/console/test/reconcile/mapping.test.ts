import { assert, describe, it } from "vitest"
import { formatOf, guessColumns, separatorOf, toMapping } from "../../src/reconcile/mapping.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

describe("the columns of a file", () => {
  it("are those of a format that names them all", () => {
    assert.strictEqual(formatOf(bytes("order_id,amount,currency,authorization,type\n1,2.00,EUR,,sale\n")), "settlement")
    assert.strictEqual(formatOf(bytes("montant;autorisation\n1,00;A1\n")), "batch-report")
    assert.isUndefined(formatOf(bytes("order_id,amount\n1,2.00\n")))
  })

  it("are guessed by their names, and the separator by the first line", () => {
    const file = bytes("Date\tMontant brut\tN° commande\n2026-11-28\t1 234,50\tA\n")
    assert.strictEqual(separatorOf(file), "\t")
    assert.deepStrictEqual(guessColumns(file), {
      separator: "\t",
      decimalComma: true,
      amount: "Montant brut",
      orderId: "N° commande",
      authorization: "",
      currency: "",
      type: "",
      types: { Debit: "", Credit: "", Cancel: "" },
      status: "",
      paid: ""
    })
  })

  it("are read as Latin-1 where the bytes are not UTF-8", () => {
    const file = new Uint8Array([...bytes("order,amount\nCaf"), 0xe9, ...bytes(",1.00\n")])
    assert.strictEqual(toMapping(file, guessColumns(file))?.encoding, "latin1")
    assert.strictEqual(toMapping(bytes("order,amount\n"), "settlement")?.encoding, "utf-8")
  })

  it("have a status where one looks like it, with the words that mean paid", () => {
    const file = bytes("order,amount,État\nA,1.00,Accepté\n")
    const columns = guessColumns(file)
    assert.strictEqual(columns.status, "État")
    const mapping = toMapping(file, { ...columns, paid: "Accepté, sans contact\n Payé \n" })
    assert.deepStrictEqual(mapping?.columns, { amount: "amount", orderId: "order", type: null, status: "État" })
    assert.deepStrictEqual(mapping?.paid, ["Accepté, sans contact", "Payé"])
    assert.deepStrictEqual(toMapping(file, columns)?.paid, [])
    assert.strictEqual(guessColumns(bytes("order_status,order,amount\nOK,A,1.00\n")).orderId, "order")
  })

  it("have no status where a person says that the one which looks like it is none", () => {
    const file = bytes("order,amount,result\nA,1.00,3\n")
    const mapping = toMapping(file, { ...guessColumns(file), status: "", paid: "OK" })
    assert.deepStrictEqual(mapping?.columns, { amount: "amount", orderId: "order", type: null, status: null })
    assert.isUndefined(mapping?.paid)
  })

  it("have a type where one looks like it, with the words for what each line is", () => {
    const file = bytes("order,amount,Opération\nA,1.00,Vente\n")
    const columns = guessColumns(file)
    assert.strictEqual(columns.type, "Opération")
    const types = { Debit: "Vente\nVente à distance", Credit: " Crédit ", Cancel: "" }
    const mapping = toMapping(file, { ...columns, types })
    assert.deepStrictEqual(mapping?.columns, { amount: "amount", orderId: "order", type: "Opération", status: null })
    assert.deepStrictEqual(mapping?.types, { Vente: "Debit", "Vente à distance": "Debit", Crédit: "Credit" })
    assert.deepStrictEqual(toMapping(file, columns)?.types, {})
    assert.isUndefined(toMapping(file, { ...columns, type: "", types })?.types)
    assert.strictEqual(guessColumns(bytes("order_type,order,amount\nsale,A,1.00\n")).orderId, "order")
  })

  it("have no amount where there is only what fees have left of it", () => {
    assert.strictEqual(guessColumns(bytes("order,net_amount,gross_amount\nA,0.97,1.00\n")).amount, "gross_amount")
    assert.strictEqual(guessColumns(bytes("order,net_amount\nA,0.97\n")).amount, "")
  })

  it("are not enough without the amount, or without an order id or authorization number", () => {
    const file = bytes("order,amount\nA,1.00\n")
    const columns = guessColumns(file)
    assert.isDefined(toMapping(file, columns))
    assert.isUndefined(toMapping(file, { ...columns, amount: "" }))
    assert.isUndefined(toMapping(file, { ...columns, orderId: "" }))
  })
})
