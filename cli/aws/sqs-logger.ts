const nothing = (): void => {}

/** For SQS's client, which would remark on the console that a queue has another address than the endpoint, as in a local cloud. */
export const SILENT_LOGGER = { debug: nothing, info: nothing, warn: nothing, error: nothing }
