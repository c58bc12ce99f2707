/** Things in groups, each within a number and a size, in their order. One that is too large is alone. */
export const chunkBySize = <T>(
  things: readonly T[],
  { most, bytes }: { readonly most: number; readonly bytes: number },
): readonly (readonly T[])[] => {
  const groups: T[][] = []
  let size = 0
  for (const thing of things) {
    const own = Buffer.byteLength(JSON.stringify(thing))
    const group = groups.at(-1)
    if (group === undefined || group.length >= most || size + own > bytes) {
      groups.push([thing])
      size = own
    } else {
      group.push(thing)
      size += own
    }
  }
  return groups
}
