/** Whether what is sent to an address cannot be read on the way: HTTPS, or HTTP on this machine. */
import { isLoopback } from "@hipay-pos/core/Host"

export const isPrivateLink = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && isLoopback(hostname))
