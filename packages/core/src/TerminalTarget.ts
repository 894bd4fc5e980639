/**
 * Which terminal serves an order, and what its protocol needs to find it.
 *
 * Concert terminals are found by host and port and know their merchant contracts; terminals with the Nepting app are
 * found by serial number and manufacturer. Source: the contract's TechnicalInformation, whose rules are prose.
 */
export * from "./plain/TerminalTarget.ts"
export { Concert, MerchantContract, Nepting, Port, PushTo, TerminalTarget, Unnamed } from "./schemas/TerminalTarget.ts"
