import type { Published } from '../../shared/channels/amazon-q/notification.ts'
import { escapeText, readPage } from './html.ts'
import { SLACK_STYLE, slackText } from './slack.ts'

type Shown = {
  readonly content: { readonly title: string; readonly description: string; readonly nextSteps?: readonly string[] }
}

const isShown = (value: unknown): value is Shown => typeof value === 'object' && value !== null && 'content' in value

/** A custom notification as Amazon Q Developer puts it into a channel of Slack. */
export const renderAmazonQPage = ({ Message }: Published, time: string): string => {
  const notification: unknown = JSON.parse(Message)
  if (!isShown(notification)) throw new Error('no custom notification')
  const { title, description, nextSteps = [] } = notification.content
  // It escapes its input: nothing in our text may need more.
  const steps = nextSteps.map(step => `<li>${escapeText(step)}</li>`).join('')
  return readPage(
    `${SLACK_STYLE} .avatar { background: #6b3fa0; } ol { margin: 4px 0; padding-left: 22px; overflow-wrap: anywhere; } pre:first-line { line-height: 0; }`,
    `<div class="message"><div class="avatar">Q</div><div class="said">
<div class="by"><b>Amazon Q Developer</b><span class="app">APP</span><span class="time">${time}</span></div>
<div class="attachment" style="border-color:#6b3fa0"><div class="section"><b>${escapeText(title)}</b></div><div class="section">${slackText(escapeText(description).replaceAll('```\n', '```').replaceAll('\n```', '```'))}</div>
<div class="section"><b>Next steps</b><ol>${steps}</ol></div></div></div></div>`,
  )
}
