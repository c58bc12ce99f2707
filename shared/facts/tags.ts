import { listAt, type Part, readRequiredText, readText, setAt } from './fields.ts'

export type Tags = Readonly<Record<string, string>>

/** Without a prototype: a launcher may name a tag `__proto__` or `constructor`. */
const emptyTags = (): Record<string, string> => Object.create(null)

const readTagMembers = (members: readonly Part[]): Tags => {
  const tags = emptyTags()
  for (const member of members) tags[readRequiredText(member, 'key')] = readText(member, 'value') ?? ''
  return tags
}

/** The tags of an instance in a response. */
export const readTags = (part: Part, key: string): Tags | undefined => {
  const members = setAt(part, key)
  return members && readTagMembers(members)
}

/** The tags that a RunInstances request gives to its instances (it may give others to their volumes). */
export const readRequestedTags = (request: Part): Tags | undefined => {
  for (const specification of setAt(request, 'tagSpecificationSet') ?? []) {
    if (readText(specification, 'resourceType') === 'instance')
      return readTagMembers(listAt(specification, 'tags') ?? [])
  }
  return undefined
}

/** The tags of both; where both have a key, the later value. Undefined if neither is known. */
export const mergeTags = (earlier: Tags | undefined, later: Tags | undefined): Tags | undefined =>
  earlier === undefined || later === undefined ? (later ?? earlier) : Object.assign(emptyTags(), earlier, later)

/** Tags as the SDK gives them. */
export const readTagDescriptions = (
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Tags => {
  const tags = emptyTags()
  for (const { Key, Value } of list) if (Key !== undefined) tags[Key] = Value ?? ''
  return tags
}
