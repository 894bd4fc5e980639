/** The HiPay POS API over your own Concert terminals. Unofficial, not affiliated with HiPay. */
export * as DialledTerminals from "./terminals/DialledTerminals.ts"
export * as GatewayConfig from "./terminals/GatewayConfig.ts"
