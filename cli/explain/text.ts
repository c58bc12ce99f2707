import type { Step } from '../../shared/remediation/step.ts'
import { plain } from '../../shared/text/untrusted.ts'
import type { Output } from '../io.ts'
import { type Paint, painter } from '../output/colour.ts'
import { pad, wrap } from '../output/width.ts'
import type { Block } from './document.ts'

const wrapped = (text: string, indent: string, columns: number): string =>
  wrap(plain(text), columns - indent.length)
    .map((line, index) => `${index === 0 ? '' : indent}${line}\n`)
    .join('')

const NAME = 20

const factsText = (facts: Extract<Block, { kind: 'facts' }>['facts'], columns: number): string =>
  facts
    .map(([name, value]) =>
      name.length < NAME
        ? `  ${pad(name, NAME)}${wrapped(value, ' '.repeat(NAME + 2), columns)}`
        : `  ${name}:\n    ${wrapped(value, '    ', columns)}`,
    )
    .join('')

const stepText = ({ what, commands = [], risk }: Step, number: number, { columns, paint }: Look): string => {
  const start = `${String(number).padStart(3)}. `
  const indent = ' '.repeat(start.length)
  return [
    `${start}${wrapped(what, indent, columns)}`,
    // Never broken: a command is copied as it stands.
    ...commands.map(command => `${indent}${paint(`$ ${plain(command)}`, 'cyan')}\n`),
    ...(risk === undefined ? [] : [`${indent}${paint('Risk:', 'yellow')} ${wrapped(risk, indent, columns - 6)}`]),
  ].join('')
}

type Look = { readonly columns: number; readonly paint: Paint }

const blockText = (block: Block, look: Look): string => {
  const { columns, paint } = look
  switch (block.kind) {
    case 'heading':
      return `\n${paint(block.text, 'bold')}\n`
    case 'text':
      return `  ${wrapped(block.text, '  ', columns)}`
    case 'facts':
      return factsText(block.facts, columns)
    case 'way':
      return [
        `\n${paint(block.title, 'bold')}\n  ${wrapped(block.when, '  ', columns)}`,
        ...block.steps.map((step, index) => stepText(step, index + 1, look)),
      ].join('')
    default:
      return block satisfies never
  }
}

/** For a terminal, or whatever takes plain text. */
export const explanationText = (
  blocks: readonly Block[],
  { columns, hasColour }: Pick<Output, 'columns' | 'hasColour'>,
): string =>
  blocks
    .map(block => blockText(block, { columns, paint: painter(hasColour) }))
    .join('')
    .trimStart()
