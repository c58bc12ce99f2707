import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UserError } from '../../shared/errors.ts'
import { RULES, ruleById } from '../../shared/rules/registry.ts'
import type { Rule } from '../../shared/rules/rule.ts'
import type { Output } from '../io.ts'
import { painter } from '../output/colour.ts'
import type { Format } from '../output/formats.ts'
import { pad, truncate, wrap } from '../output/width.ts'
import { type Layout, writer } from '../output/writer.ts'
import { checkRuleId } from '../policy-file.ts'

const docOf = (id: string): string => `docs/rules/${id}.md`

type Described = Omit<Rule, 'check'> & { readonly doc: string }

const described = ({ check: _, ...rule }: Rule): Described => ({ ...rule, doc: docOf(rule.id) })

const ID = 20
const SEVERITY = 13

const layout = (out: Output): Layout<Described> => {
  const line = (id: string, severity: string, title: string): string =>
    truncate(`${pad(id, ID)}  ${pad(severity, SEVERITY)}  ${title}`, out.columns)
  return {
    columns: {
      id: ({ id }) => id,
      severity: ({ severity }) => severity,
      title: ({ title }) => title,
      events: ({ events }) => events.join(' '),
      reads: ({ reads }) => reads.join(' '),
      relatedControls: ({ relatedControls }) => relatedControls.join('; '),
      why: ({ why }) => why,
      remediation: ({ remediation }) => remediation,
      doc: ({ doc }) => doc,
    },
    table: {
      head: `${painter(out.hasColour)(line('RULE', 'SEVERITY', 'WHAT'), 'bold')}\n`,
      row: ({ id, severity, title }) => `${line(id, severity, title)}\n`,
    },
  }
}

/** Writes the list of rules. */
export const listRules = (out: Output, format: Format): void => {
  const rows = writer(format, layout(out))
  out.write(rows.begin + RULES.map(rule => rows.row(described(rule))).join('') + rows.end())
}

const EVENT_WORDS: Readonly<Record<Rule['events'][number], string>> = {
  launch: 'launches',
  'refused-launch': 'launches that EC2 refused',
  image: 'images that are registered, imported or copied',
  running: 'instances that start to run',
  start: 'instances that somebody starts again',
}

// From cli/rules in the sources; from dist, or a folder of it, in the package.
const docPath = (doc: string): string =>
  ['../', '../../'].map(up => fileURLToPath(new URL(up + doc, import.meta.url))).find(path => existsSync(path)) ?? doc

const inWords = (rule: Described, out: Output): string => {
  const paint = painter(out.hasColour)
  const section = (title: string, ...texts: readonly string[]): string => {
    const lines = texts.flatMap(text => wrap(text, out.columns - 2)).map(line => `  ${line}\n`)
    return lines.length === 0 ? '' : `\n${paint(title, 'bold')}\n${lines.join('')}`
  }
  const options = Object.entries(rule.options).map(([name, { doc }]) => `${name}: ${doc}`)
  return [
    `${paint(rule.id, 'bold')}: ${rule.title} (${rule.severity})\n`,
    section('Why', rule.why),
    section('Looks at', rule.events.map(event => EVENT_WORDS[event]).join(', ')),
    section('Asks AWS only for facts that the event lacks', rule.reads.join(', ')),
    section('What to do', rule.remediation),
    section('Options in the policy', ...options),
    section('The same elsewhere', rule.relatedControls.join(', ')),
    `\n${paint('More', 'bold')}\n  ${docPath(rule.doc)}\n`,
  ].join('')
}

/** Writes what a rule is about, in words or as one row. Throws UserError where there is no such rule. */
export const explainRule = (out: Output, id: string, format: Format): void => {
  checkRuleId(id)
  const rule = ruleById(id)
  if (rule === undefined) throw new UserError(`there is no rule ${id}`)
  if (format === 'table') out.write(inWords(described(rule), out))
  else if (format === 'json') out.write(`${JSON.stringify(described(rule), null, 2)}\n`)
  else {
    const rows = writer(format, layout(out))
    out.write(rows.begin + rows.row(described(rule)) + rows.end())
  }
}
