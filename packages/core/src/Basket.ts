/**
 * What is in the basket: goods, discounts and fees, each line with its exact total.
 *
 * A line's total is `unit price × quantity + discount`, with a discount of zero or less; a basket's total is the sum of
 * its lines. All amounts are `Money` of one currency, tax included. Baskets are immutable: each change gives a new one,
 * with every total computed, so that a till need not.
 */
export * from "./plain/Basket.ts"
export { BasketItem, BasketItemType } from "./schemas/Basket.ts"
