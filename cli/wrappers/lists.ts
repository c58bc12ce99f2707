import { LIST_KEYS, NESTED_LIST_KEY } from '../input/list-keys.ts'
import { type Content, getList, getObject, type Json, type Wrapper } from './wrapper.ts'

const findList = (value: Json): readonly unknown[] | undefined => {
  if (Array.isArray(value)) return value
  for (const key of LIST_KEYS) {
    const list = getList(value, key)
    if (list !== undefined) return list
  }
  const nested = getObject(value, NESTED_LIST_KEY)
  return nested && getList(nested, NESTED_LIST_KEY)
}

/** A list, or an object around one. */
export const lists: Wrapper = {
  detect: value => findList(value) !== undefined,
  *unwrap(value): Iterable<Content> {
    for (const element of findList(value) ?? []) yield { value: element }
  },
}
