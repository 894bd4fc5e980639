/** Whether a store is a database that several gateways share, by its address; else it is a file. */
export const isDatabase = (store: string): boolean => /^postgres(ql)?:\/\//i.test(store)
