/** Ids for the requests of one server, in its log and its answers: different after a restart, and at each gateway of a store. */
export const makeRequestIds = (instance: string | undefined): (() => string) => {
  const ofInstance = instance === undefined ? "" : `${instance.replace(/[^\w.-]/g, "-")}-`
  let requests = 0
  return () => `${ofInstance}${Date.now().toString(36)}-${(++requests).toString(36)}`
}
