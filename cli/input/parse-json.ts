/** The value of a JSON text; undefined, and not the value undefined in it, where it is none. */
export const parseJson = (json: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(json) }
  } catch {
    return undefined
  }
}
