declare const brand: unique symbol;

/** A nominal type over `T`; made only where the brand's owner says so. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
