/** Makes ids for a server's requests, in its log and answers: unique across restarts and across gateways that share a store. */
export const makeRequestIds = (instance: string | undefined): (() => string) => {
  const ofInstance = instance === undefined ? "" : `${instance.replace(/[^\w.-]/g, "-")}-`
  let requests = 0
  return () => `${ofInstance}${Date.now().toString(36)}-${(++requests).toString(36)}`
}
