/** The host that a till can call. */
import { networkInterfaces } from "node:os"

/** For a server that listens at every address, the first of this machine's that others can reach; else the host itself. */
export const callableHost = (host: string, interfaces = networkInterfaces()): string => {
  if (host !== "0.0.0.0" && host !== "::") return host
  const addresses = Object.values(interfaces).flatMap((each) => each ?? [])
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1"
}
