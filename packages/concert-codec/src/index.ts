/** Concert V3.x (Caisse-AP over IP): codec, session and terminal port. Unofficial, not affiliated with HiPay. */
export * as Tag from "./Tag.ts"
export * as Tlv from "./Tlv.ts"
