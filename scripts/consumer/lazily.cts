/** A till in CommonJS whose TypeScript does not let it `require` ES modules: `module` is `node16` or `node18`. */
import type { PayResult } from "@hipay-pos/client" with { "resolution-mode": "import" }

export const pay = async (orderId: string): Promise<PayResult> => {
  const { makeClient } = await import("@hipay-pos/client/node")
  const client = makeClient({ server: "stage", username: "merchant", password: "secret" })
  return client.tryPay(
    { orderId, amount: "12.50 EUR" },
    { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
  )
}
