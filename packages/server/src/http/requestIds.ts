/** Names the requests of one server, in the log and in their answers: across restarts, and across the gateways of one store. */
export const makeRequestIds = (instance: string | undefined): (() => string) => {
  const ofInstance = instance === undefined ? "" : `${instance.replace(/[^\w.-]/g, "-")}-`
  let requests = 0
  return () => `${ofInstance}${Date.now().toString(36)}-${(++requests).toString(36)}`
}
