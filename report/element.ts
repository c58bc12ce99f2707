import { quoteName } from '../shared/text/name.ts'

type Attributes = Readonly<Record<string, string>>
type Child = Node | string | undefined

/**
 * An element with text and other elements in it. Text is only ever text: nothing that an event says becomes markup, and
 * nothing it says goes into an attribute but through here.
 */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children.filter(child => child !== undefined))
  return element
}

/** A button that does something at a click, or Enter, or Space. */
export const createButton = (text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement => {
  const element = make('button', { type: 'button', ...attributes }, text)
  element.addEventListener('click', onClick)
  return element
}

/** A value with the name that somebody gave it under it, in quotation marks and cut by the page where it is too wide. */
export const makeNamed = (value: Child, name: string): HTMLElement =>
  name === ''
    ? make('span', {}, value)
    : make('span', { class: 'named' }, value, make('small', { class: 'name' }, quoteName(name, 128)))

/** An element of the page. */
export const findById = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}

/** `1,234`. */
export const formatNumber = (value: number): string => value.toLocaleString('en-US')

/** `1 finding`, `1,200 findings`. */
export const formatCount = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`

/** A table that is small enough to stand there whole. */
export const createTable = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
): HTMLElement =>
  make(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    make(
      'table',
      {},
      make('caption', { class: 'unseen' }, caption),
      make('thead', {}, make('tr', {}, ...head.map(text => make('th', { scope: 'col' }, text)))),
      make(
        'tbody',
        {},
        ...rows.map(([first = '', ...cells]) =>
          make('tr', {}, make('th', { scope: 'row' }, first), ...cells.map(cell => make('td', {}, cell))),
        ),
      ),
    ),
  )
