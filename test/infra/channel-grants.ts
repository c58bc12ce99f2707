import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Channel } from '../../shared/policy/policy.ts'
import { toPascalCase } from '../../shared/text/pascal.ts'
import type { Grant } from './grants.ts'

const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside)

/** What a row is for: every channel, or these types, or what is `held`, or one `with a key`. */
type Row = {
  readonly role: string
  readonly when: readonly string[]
  readonly actions: readonly string[]
  readonly on: string
  readonly only?: string
}

const ROW = /^\| `((?:Notify|Held)<Channel>)`(?: \(([^)]+)\))? \| ([^|]+) \| ([^|]+) \| (?:([^|]+) )?\|/gm

const rows = (): readonly Row[] => {
  const page = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8')
  return [...page.matchAll(ROW)].map(([, role = '', when, actions = '', resource = '', condition = '']) => {
    const only = quoted(condition)[0]
    return {
      role,
      when: when?.split(', ') ?? [],
      actions: quoted(actions),
      on: quoted(resource)[0] ?? '*',
      ...(only !== undefined && { only }),
    }
  })
}

const valuesOf = (name: string, channel: Channel): Readonly<Record<string, string>> => ({
  '<Channel>': toPascalCase(name),
  '<channel>': name,
  '<secret>': 'secret' in channel ? channel.secret : '',
  '<key>': 'key' in channel ? String(channel.key) : '',
  '<region>': 'eu-central-1',
  '<bus>': 'bus' in channel ? `event-bus/${channel.bus}` : '',
})

const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/<(Channel|channel|secret|key|region|bus)>/g, name => values[name] ?? name)

/** What docs/permissions.md says of a channel. */
export const documentedForChannel = (
  name: string,
  channel: Channel,
  { held }: { readonly held: boolean },
): readonly Grant[] => {
  const facts = [
    channel.type,
    ...(held ? ['held'] : []),
    ...('key' in channel ? ['with a key'] : []),
    ...('format' in channel ? [`of format ${channel.format}`] : []),
  ]
  const values = valuesOf(name, channel)
  return rows()
    .filter(({ when }) => when.length === 0 || when.some(one => facts.includes(one)))
    .flatMap(({ role, actions, on, only }) =>
      actions.map(action => ({
        function: filled(role, values),
        action,
        on: filled(on, values),
        ...(only !== undefined && { only: filled(only, values) }),
      })),
    )
}
