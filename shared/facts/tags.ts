import { listAt, neededTextAt, type Part, setAt, textAt } from './fields.ts'

export type Tags = Readonly<Record<string, string>>

/** Without a prototype: whoever launches may name a tag `__proto__` or `constructor`. */
const emptyTags = (): Record<string, string> => Object.create(null)

const tagsOf = (members: readonly Part[]): Tags => {
  const tags = emptyTags()
  for (const member of members) tags[neededTextAt(member, 'key')] = textAt(member, 'value') ?? ''
  return tags
}

/** The tags of an instance in a response. */
export const tagsAt = (part: Part, key: string): Tags | undefined => {
  const members = setAt(part, key)
  return members && tagsOf(members)
}

/** The tags that a RunInstances request gives to its instances (it may give others to their volumes). */
export const requestedTags = (request: Part): Tags | undefined => {
  for (const specification of setAt(request, 'tagSpecificationSet') ?? []) {
    if (textAt(specification, 'resourceType') === 'instance') return tagsOf(listAt(specification, 'tags') ?? [])
  }
  return undefined
}

/** Tags as the SDK gives them. */
export const tagsFromDescription = (
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Tags => {
  const tags = emptyTags()
  for (const { Key, Value } of list) if (Key !== undefined) tags[Key] = Value ?? ''
  return tags
}
