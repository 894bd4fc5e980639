/** The answer of a server to an order of 1 EUR for a terminal, on this machine unless `host` says otherwise. */
export const payAt = (
  url: string,
  orderId: string,
  port: number,
  { host = "127.0.0.1", login = "merchant:secret" } = {}
): Promise<Response> =>
  fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(login)}`, "content-type": "application/json" },
    body: JSON.stringify({
      order: { order_id: orderId, price: { amount: 100, currency: "EUR" } },
      pos_technical_info: {
        host_information: { host, port },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
        }
      }
    })
  })
