/** The demo's second terminal: it lives in the mock, and whoever opens its face in the console plays the customer. */

/** An address that nothing listens on: the mock simulates the terminal there. */
export const frontDesk = { name: "Front desk, you are the customer", host: "192.168.1.21", port: 8888 }

/** Where its face is. */
export const faceOf = (server: string): string => `${server}/#/terminals/${encodeURIComponent(nameOf)}`

/** Hands the terminal over to a person. `close` lets whatever waits there end, so that nobody holds up the demo's end. */
export const startFrontDesk = async (server: string): Promise<{ readonly close: () => Promise<void> }> => {
  await control(server, "PUT", "cardholder", { cardholder: "manual" })
  return { close: () => control(server, "POST", "reset") }
}

const nameOf = `${frontDesk.host}:${frontDesk.port}`

const control = async (server: string, method: string, action: string, body?: object): Promise<void> => {
  const response = await fetch(`${server}/_mock/terminals/${encodeURIComponent(nameOf)}/${action}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Basic ${btoa("merchant:secret")}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  await response.text()
}
