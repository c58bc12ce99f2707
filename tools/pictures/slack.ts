import type { SlackMessage } from '../../shared/channels/slack/message.ts'
import { escapeText, readPage } from './html.ts'

// A small renderer of our blocks as Slack shows them. Text of mrkdwn is escaped already, as HTML needs it.

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null
const list = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const readString = (value: unknown): string => (typeof value === 'string' ? value : '')

const renderInline = (text: string): string =>
  text
    .split(/(`[^`]+`)/)
    .map(part =>
      part.startsWith('`') && part.length > 2
        ? `<code>${part.slice(1, -1)}</code>`
        : part
            .replace(/(?<![A-Za-z0-9])\*([^*\n]+)\*(?![A-Za-z0-9])/g, '<b>$1</b>')
            .replace(/(?<![A-Za-z0-9])_([^_\n]+)_(?![A-Za-z0-9])/g, '<i>$1</i>')
            .replaceAll('\n', '<br>'),
    )
    .join('')

const toMrkdwn = (text: string): string =>
  text
    .split(/(```[\s\S]*?```)/)
    .map(part =>
      part.startsWith('```') ? `<pre>${part.slice(3, -3)}</pre>` : renderInline(part.replace(/^\n|\n$/g, '')),
    )
    .join('')

const readTextOf = (value: unknown): string => {
  if (!isNode(value)) return ''
  return value['type'] === 'mrkdwn' ? toMrkdwn(readString(value['text'])) : escapeText(readString(value['text']))
}

const renderSection = (block: Node): string => {
  const fields = list(block['fields']).map(field => `<div>${readTextOf(field)}</div>`)
  const text = block['text'] === undefined ? '' : `<div class="section">${readTextOf(block['text'])}</div>`
  return text + (fields.length > 0 ? `<div class="fields">${fields.join('')}</div>` : '')
}

const renderBlockHtml = (block: Node): string => {
  switch (block['type']) {
    case 'header':
      return `<h2>${readTextOf(block['text'])}</h2>`
    case 'section':
      return renderSection(block)
    case 'actions':
      return `<div class="actions">${list(block['elements'])
        .map(button => `<span class="button">${readTextOf(button['text'])}</span>`)
        .join('')}</div>`
    case 'divider':
      return '<hr>'
    case 'context':
      return `<div class="context">${list(block['elements']).map(readTextOf).join(' ')}</div>`
    default:
      throw new Error(`a block that this does not show: ${String(block['type'])}`)
  }
}

const renderMessageHtml = (message: SlackMessage, time: string): string => {
  const blocks = list(message.blocks)
  const head = blocks.length > 0 ? blocks.map(renderBlockHtml).join('') : `<div>${readString(message.text)}</div>`
  const parts = list(message.attachments).map(
    attachment =>
      `<div class="attachment" style="border-color:${readString(attachment['color'])}">${list(attachment['blocks']).map(renderBlockHtml).join('')}</div>`,
  )
  return `<div class="message"><div class="avatar">v</div><div class="said">
<div class="by"><b>virtguard</b><span class="app">APP</span><span class="time">${time}</span></div>${head}${parts.join('')}</div></div>`
}

const STYLE = `
body { background: #fff; color: #1d1c1d; padding: 18px 22px; width: 760px; }
.message { display: flex; gap: 10px; margin-bottom: 14px; }
.avatar { width: 36px; height: 36px; flex: none; border-radius: 6px; background: #1f2a44; color: #fff; font-weight: 700; font-size: 20px; text-align: center; line-height: 34px; }
.said { flex: 1; min-width: 0; }
.by .app { font-size: 10px; background: #ebeaeb; color: #616061; border-radius: 2px; padding: 1px 3px; margin: 0 6px; vertical-align: 1px; }
.by .time { color: #616061; font-size: 12px; }
h2 { font-size: 18px; line-height: 1.3; margin: 2px 0 6px; }
.attachment { border-left: 4px solid; border-radius: 3px; padding: 2px 0 2px 12px; margin-top: 4px; }
.section, .fields, .actions, .context { margin: 6px 0; overflow-wrap: anywhere; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; }
code { font: 12px/1.5 "DejaVu Sans Mono", monospace; color: #c01343; background: #f8f8f8; border: 1px solid #dddddd; border-radius: 3px; padding: 1px 3px; }
pre { font: 12px/1.5 "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #dddddd; border-radius: 4px; padding: 6px 8px; margin: 4px 0; white-space: pre-wrap; }
.button { display: inline-block; border: 1px solid #bbbabb; border-radius: 4px; padding: 3px 12px; font-weight: 700; font-size: 13px; margin-right: 8px; }
hr { border: 0; border-top: 1px solid #dddddd; margin: 10px 0; }
.context { color: #616061; font-size: 12px; }
.replies { border-left: 2px solid #dddddd; margin-left: 17px; padding-left: 20px; }
.count { color: #616061; font-size: 13px; margin: 0 0 10px 46px; }
`

export type PostedMessage = { readonly message: SlackMessage; readonly time: string }

/** A message in a channel, and the replies in its thread. */
export const renderSlackPage = ([first, ...replies]: readonly [PostedMessage, ...PostedMessage[]]): string =>
  readPage(
    STYLE,
    renderMessageHtml(first.message, first.time) +
      (replies.length === 0
        ? ''
        : `<div class="count">${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</div><div class="replies">${replies.map(reply => renderMessageHtml(reply.message, reply.time)).join('')}</div>`),
  )

/** Text as Slack shows it, for messages that come through others. */
export const slackText = toMrkdwn
export const SLACK_STYLE = STYLE
