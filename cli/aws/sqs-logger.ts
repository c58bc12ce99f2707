const doNothing = (): void => {}

/** For SQS's client, which would remark on the console that a queue has another address than the endpoint, as in a local cloud. */
export const SILENT_LOGGER = { debug: doNothing, info: doNothing, warn: doNothing, error: doNothing }
