/** The demo's second terminal: the mock simulates it, and the person who opens it in the console plays the customer. */

/** An address that nothing listens on: the mock simulates the terminal there. */
export const frontDesk = { host: "192.168.1.21", port: 8888 }

const name = encodeURIComponent(`${frontDesk.host}:${frontDesk.port}`)

/** The address of its pinpad. */
export const pinpadOf = (server: string): string => `${server}/#/terminals/${name}`

/** The mock's own interface. */
interface Control {
  readonly url: string
  readonly token: string
}

/** Ends a payment that waits there for its customer, so that it does not hold up the end of the demo. */
export const sendHome = async ({ url, token }: Control): Promise<void> => {
  const response = await fetch(`${url}/terminals/${name}/key`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ key: "cancel" })
  })
  await response.text()
}
