import type { Step } from '../../shared/remediation/step.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { createPainter, type Paint } from '../output/colour.ts'
import type { Output } from '../output/io.ts'
import { pad, wrap } from '../output/width.ts'
import type { Block } from './document.ts'

const wrapText = (text: string, indent: string, columns: number): string =>
  wrap(toPlainText(text), columns - indent.length)
    .map((line, index) => `${index === 0 ? '' : indent}${line}\n`)
    .join('')

const NAME = 20

const renderFactsText = (facts: Extract<Block, { kind: 'facts' }>['facts'], columns: number): string =>
  facts
    .map(([name, value]) =>
      name.length < NAME
        ? `  ${pad(name, NAME)}${wrapText(value, ' '.repeat(NAME + 2), columns)}`
        : `  ${name}:\n    ${wrapText(value, '    ', columns)}`,
    )
    .join('')

const stepText = ({ what, commands = [], risk }: Step, number: number, { columns, paint }: TextStyle): string => {
  const start = `${String(number).padStart(3)}. `
  const indent = ' '.repeat(start.length)
  return [
    `${start}${wrapText(what, indent, columns)}`,
    // Never broken: a command is copied as it stands.
    ...commands.map(command => `${indent}${paint(`$ ${toPlainText(command)}`, 'cyan')}\n`),
    ...(risk === undefined ? [] : [`${indent}${paint('Risk:', 'yellow')} ${wrapText(risk, indent, columns - 6)}`]),
  ].join('')
}

type TextStyle = { readonly columns: number; readonly paint: Paint }

const renderBlock = (block: Block, look: TextStyle): string => {
  const { columns, paint } = look
  switch (block.kind) {
    case 'heading':
      return `\n${paint(block.text, 'bold')}\n`
    case 'text':
      return `  ${wrapText(block.text, '  ', columns)}`
    case 'facts':
      return renderFactsText(block.facts, columns)
    case 'way':
      return [
        `\n${paint(block.title, 'bold')}\n  ${wrapText(block.when, '  ', columns)}`,
        ...block.steps.map((step, index) => stepText(step, index + 1, look)),
      ].join('')
    default:
      return block satisfies never
  }
}

/** For a terminal, or another reader of plain text. */
export const renderText = (
  blocks: readonly Block[],
  { columns, hasColour }: Pick<Output, 'columns' | 'hasColour'>,
): string =>
  blocks
    .map(block => renderBlock(block, { columns, paint: createPainter(hasColour) }))
    .join('')
    .trimStart()
