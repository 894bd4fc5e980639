/** Whether a store's address names a database that several gateways share; otherwise it is a file. */
export const isDatabase = (store: string): boolean => /^postgres(ql)?:\/\//i.test(store)
