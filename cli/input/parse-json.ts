/** The value of a JSON text. Undefined if it is not JSON. */
export const parseJson = (json: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(json) }
  } catch {
    return undefined
  }
}
