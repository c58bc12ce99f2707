// Texts that are put together of pieces.
import type { Json } from '../json.ts'
import { type Resolved, toOpen, toValue } from './choices.ts'
import { toScalarText } from './template.ts'

export const PUT_TOGETHER = 'It is put together of what is only known at deployment.'

/** Several results as one text. One alone stays what it is. */
export const joinParts = (parts: readonly Resolved[], separator: string): Resolved => {
  const [only, ...others] = parts
  if (only !== undefined && others.length === 0) return only
  const texts = parts.map(part => (part.kind === 'value' ? toScalarText(part.value) : undefined))
  const open = parts.find(part => part.kind === 'open')
  return texts.includes(undefined) ? (open ?? toOpen(PUT_TOGETHER)) : toValue(texts.join(separator))
}

const VARIABLE = /\$\{([^}]*)\}/

const toSubNode = (name: string, variables: Json): unknown => {
  if (name.startsWith('!')) return `\${${name.slice(1)}}`
  if (Object.hasOwn(variables, name)) return variables[name]
  return name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }
}

/** The pieces of a text of Fn::Sub, as expressions. */
export const listSubNodes = (text: string, variables: Json): readonly unknown[] =>
  text
    .split(VARIABLE)
    .map((piece, index) => (index % 2 === 0 ? piece : toSubNode(piece.trim(), variables)))
    .filter(node => node !== '')
