/** Whether nobody on the way can read what is sent to an address: HTTPS, or HTTP on this machine. */
import { isLoopback } from "@hipay-pos/core/Host"

export const isPrivateLink = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && isLoopback(hostname))
