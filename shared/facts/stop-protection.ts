/** The attribute of an instance that protects it against being stopped, the only one that is ever asked for. */
export const STOP_PROTECTION = 'disableApiStop'
