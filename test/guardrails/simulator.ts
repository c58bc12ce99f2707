// A small evaluation of IAM policies, as the IAM user guide describes it: an explicit deny wins, and a condition on a key
// that the request does not have is false, but true for negated operators.

type Keys = Readonly<Record<string, string | readonly string[]>>

export type Request = {
  readonly action: string
  readonly resource: string
  readonly keys?: Keys
  readonly principal?: string
}

type Statement = {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export type Document = { readonly Statement: readonly Statement[] }

const toList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

const matches = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    flags,
  ).test(text)

const matchesAny = (patterns: readonly string[], values: readonly string[]): boolean =>
  values.some(value => patterns.some(pattern => matches(pattern, value)))

type Operator = (patterns: readonly string[], values: readonly string[]) => boolean

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringLike: matchesAny,
  'ForAnyValue:StringLike': matchesAny,
  StringNotLike: (patterns, values) => !matchesAny(patterns, values),
  StringNotEquals: (patterns, values) => !values.some(value => patterns.includes(value)),
  ArnNotLike: (patterns, values) => !matchesAny(patterns, values),
}

const isMet = ({ Condition = {} }: Statement, { keys = {}, principal }: Request): boolean =>
  Object.entries(Condition).every(([name, wanted]) =>
    Object.entries(wanted).every(([key, patterns]) => {
      const operator = OPERATORS[name]
      if (operator === undefined) throw new Error(`the simulator has no ${name}`)
      const present = key === 'aws:PrincipalArn' ? principal : keys[key]
      return operator(toList(patterns), toList(present))
    }),
  )

const concerns = (statement: Statement, { action, resource }: Request): boolean =>
  toList(statement.Action).some(pattern => matches(pattern, action, 'i')) &&
  toList(statement.Resource).some(pattern => matches(pattern, resource))

/** `denied` explicitly, `allowed`, or neither. */
export const simulate = (documents: readonly Document[], request: Request): 'denied' | 'allowed' | 'neither' => {
  const effects = documents
    .flatMap(({ Statement }) => Statement)
    .filter(statement => concerns(statement, request) && isMet(statement, request))
    .map(({ Effect }) => Effect)
  if (effects.includes('Deny')) return 'denied'
  return effects.includes('Allow') ? 'allowed' : 'neither'
}
