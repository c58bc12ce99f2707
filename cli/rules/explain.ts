import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UserError } from '../../shared/errors.ts'
import { findRule, RULES } from '../../shared/rules/registry.ts'
import type { Rule } from '../../shared/rules/rule.ts'
import { createPainter } from '../output/colour.ts'
import type { Format } from '../output/formats.ts'
import type { Output } from '../output/io.ts'
import { pad, truncate, wrap } from '../output/width.ts'
import { createWriter, type Layout } from '../output/writer.ts'
import { checkRuleId } from '../policy/policy-file.ts'

const readDoc = (id: string): string => `docs/rules/${id}.md`

type Described = Omit<Rule, 'check'> & { readonly doc: string }

const describeRule = ({ check: _, ...rule }: Rule): Described => ({ ...rule, doc: readDoc(rule.id) })

const ID = 20
const SEVERITY = 13

const createLayout = (out: Output): Layout<Described> => {
  const formatRuleLine = (id: string, severity: string, title: string): string =>
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
      head: `${createPainter(out.hasColour)(formatRuleLine('RULE', 'SEVERITY', 'WHAT'), 'bold')}\n`,
      row: ({ id, severity, title }) => `${formatRuleLine(id, severity, title)}\n`,
    },
  }
}

/** Writes the list of rules. */
export const listRules = (out: Output, format: Format): void => {
  const rows = createWriter(format, createLayout(out))
  out.write(rows.begin + RULES.map(rule => rows.row(describeRule(rule))).join('') + rows.end())
}

const EVENT_WORDS: Readonly<Record<Rule['events'][number], string>> = {
  launch: 'launches',
  'refused-launch': 'launches that EC2 refused',
  image: 'images that are registered, imported or copied',
  template: 'launch templates, launch configurations and Auto Scaling groups that somebody makes',
  running: 'instances that start to run',
  start: 'instances that somebody starts again',
}

// From cli/rules in the sources; from dist, or a folder of it, in the package.
const formatDocPath = (doc: string): string =>
  ['../', '../../'].map(up => fileURLToPath(new URL(up + doc, import.meta.url))).find(path => existsSync(path)) ?? doc

const formatRule = (rule: Described, out: Output): string => {
  const paint = createPainter(out.hasColour)
  const renderSection = (title: string, ...texts: readonly string[]): string => {
    const lines = texts.flatMap(text => wrap(text, out.columns - 2)).map(line => `  ${line}\n`)
    return lines.length === 0 ? '' : `\n${paint(title, 'bold')}\n${lines.join('')}`
  }
  const options = Object.entries(rule.options).map(([name, { doc }]) => `${name}: ${doc}`)
  return [
    `${paint(rule.id, 'bold')}: ${rule.title} (${rule.severity})\n`,
    renderSection('Why', rule.why),
    renderSection('Looks at', rule.events.map(event => EVENT_WORDS[event]).join(', ')),
    renderSection('Asks AWS only for facts that the event lacks', rule.reads.join(', ')),
    renderSection('What to do', rule.remediation),
    renderSection('Options in the policy', ...options),
    renderSection('The same elsewhere', rule.relatedControls.join(', ')),
    `\n${paint('More', 'bold')}\n  ${formatDocPath(rule.doc)}\n`,
  ].join('')
}

/** Writes what a rule is about, in words or as one row. Throws UserError if there is no such rule. */
export const explainRule = (out: Output, id: string, format: Format): void => {
  checkRuleId(id)
  const rule = findRule(id)
  if (rule === undefined) throw new UserError(`there is no rule ${id}`)
  if (format === 'table') out.write(formatRule(describeRule(rule), out))
  else if (format === 'json') out.write(`${JSON.stringify(describeRule(rule), null, 2)}\n`)
  else {
    const rows = createWriter(format, createLayout(out))
    out.write(rows.begin + rows.row(describeRule(rule)) + rows.end())
  }
}
