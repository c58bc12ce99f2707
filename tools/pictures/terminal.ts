import type { Mail } from '../../shared/channels/email/digest.ts'
import { escapeText, readPage } from './html.ts'

const STYLE = `
body { background: #e9ebee; padding: 18px; }
.window { background: #14181f; color: #d7dce4; border-radius: 8px; overflow: hidden; }
.bar { background: #242a34; color: #9aa4b2; font-size: 12px; padding: 7px 12px; }
.bar i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; background: #4a5361; margin-right: 6px; vertical-align: -1px; }
pre { font: 13px/1.45 "DejaVu Sans Mono", "Liberation Mono", monospace; margin: 0; padding: 12px 18px 16px; min-width: 84ch; }
b { color: #ffffff; } em { color: #7f8b9b; font-style: normal; }
`

/** A mail as a mail client in a terminal shows it. */
export const renderTerminalPage = ({ Subject, Message }: Mail, time: string): string =>
  readPage(
    STYLE,
    `<div class="window"><div class="bar"><i></i><i></i><i></i>mail</div><pre><em>Date:    ${time}
From:    virtguard &lt;no-reply@sns.amazonaws.com&gt;
To:      ops@example.com</em>
<em>Subject:</em> <b>${escapeText(Subject)}</b>

${escapeText(Message)}</pre></div>`,
  )
