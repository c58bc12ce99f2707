/**
 * Reads keys one by one for the callers and many at a time from EC2: all keys of the same turn of the event loop go
 * into one call.
 */
export const coalesceReads = <T>(
  readMany: (keys: readonly string[]) => Promise<readonly T[]>,
  belongsTo: (value: T, keys: readonly string[]) => boolean,
): ((keys: readonly string[]) => Promise<readonly T[]>) => {
  let open: { readonly keys: Set<string>; readonly answer: Promise<readonly T[]> } | undefined
  const start = () => {
    const keys = new Set<string>()
    const answer = new Promise<void>(resolve => setImmediate(resolve)).then(() => {
      open = undefined
      return readMany([...keys])
    })
    return { keys, answer }
  }
  return async keys => {
    open ??= start()
    for (const key of keys) open.keys.add(key)
    const values = await open.answer
    return values.filter(value => belongsTo(value, keys))
  }
}
