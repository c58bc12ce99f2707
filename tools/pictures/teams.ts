import type { TeamsMessage } from '../../shared/channels/teams/elements.ts'
import { escapeText, readPage } from './html.ts'

// A renderer of the elements of our cards as Teams shows them.

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null
const list = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const readString = (value: unknown): string => (typeof value === 'string' ? value : '')

const SIZES: Readonly<Record<string, string>> = { Small: '12px', Large: '18px' }

const run = (node: Node): string => {
  const style = [
    ...(node['weight'] === 'Bolder' ? ['font-weight:600'] : []),
    ...(node['isSubtle'] === true ? ['color:#616161'] : []),
    ...(node['fontType'] === 'Monospace'
      ? ['font-family:DejaVu Sans Mono,monospace;font-size:12px;white-space:pre-wrap']
      : []),
    ...(typeof node['size'] === 'string' ? [`font-size:${SIZES[node['size']] ?? '14px'}`] : []),
  ]
  return `<span style="${style.join(';')}">${escapeText(readString(node['text']))}</span>`
}

const listClasses = (node: Node): string =>
  [
    ...(node['separator'] === true ? ['separator'] : []),
    ...(typeof node['spacing'] === 'string' ? [`spacing-${node['spacing'].toLowerCase()}`] : []),
  ].join(' ')

const renderColumnHtml = (column: Node): string =>
  `<div style="${column['width'] === 'stretch' ? 'flex:1;min-width:0' : `width:${readString(column['width'])}`}">${list(column['items']).map(renderElementHtml).join('')}</div>`

const renderElementHtml = (node: Node): string => {
  switch (node['type']) {
    case 'RichTextBlock':
      return `<div class="element ${listClasses(node)}">${list(node['inlines']).map(run).join('')}</div>`
    case 'ColumnSet':
      return `<div class="element columns ${listClasses(node)}">${list(node['columns']).map(renderColumnHtml).join('')}</div>`
    case 'Container':
      return `<div class="container ${readString(node['style'])}">${list(node['items']).map(renderElementHtml).join('')}</div>`
    default:
      throw new Error(`an element that this does not show: ${String(node['type'])}`)
  }
}

const STYLE = `
body { background: #f5f5f5; color: #242424; padding: 18px; width: 800px; font: 14px/1.43 "Segoe UI", "Open Sans", "DejaVu Sans", Arial, sans-serif; }
.by { font-size: 12px; color: #616161; margin: 0 0 6px 4px; }
.card { background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; padding: 12px 16px 14px; overflow: hidden; }
.container { margin: -12px -16px 8px; padding: 12px 16px; }
.attention { background: #fdf3f4; color: #b10e1c; } .warning { background: #fff9e5; color: #835c00; }
.accent { background: #ebf3fc; color: #0f548c; } .emphasis { background: #f0f0f0; } .good { background: #f1faf1; color: #0e700e; }
.element { margin-top: 8px; overflow-wrap: anywhere; } .container .element { margin-top: 0; }
.columns { display: flex; gap: 10px; } .columns .element { margin-top: 0; }
.spacing-none { margin-top: 0; } .spacing-small { margin-top: 4px; } .spacing-medium { margin-top: 14px; } .spacing-large { margin-top: 18px; }
.separator { border-top: 1px solid #e0e0e0; padding-top: 12px; }
.action { display: inline-block; border: 1px solid #d1d1d1; border-radius: 4px; padding: 5px 14px; font-weight: 600; margin: 14px 8px 0 0; }
`

/** A card in a channel of Teams. */
export const renderTeamsPage = ({ attachments }: TeamsMessage, time: string): string => {
  const cards = attachments.map(
    ({ content }) =>
      `<div class="card">${content.body.map(renderElementHtml).join('')}<div>${content.actions.map(({ title }) => `<span class="action">${escapeText(title)}</span>`).join('')}</div></div>`,
  )
  return readPage(STYLE, `<div class="by"><b>Workflows</b>&ensp;${time}</div>${cards.join('')}`)
}
