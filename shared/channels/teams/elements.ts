import { limitText } from '../../text/limited.ts'
import { breakLinks } from '../../text/unlinked.ts'

/*
 * Parts of an Adaptive Card 1.4, which Teams shows. Text of strangers goes into text runs only: Teams reads Markdown in text
 * blocks and fact sets, and none in runs (Adaptive Cards, "RichTextBlock"). A mention needs an entity, and no card has one.
 */

export type Run = {
  readonly type: 'TextRun'
  readonly text: string
  readonly weight?: 'Bolder'
  readonly isSubtle?: true
  readonly fontType?: 'Monospace'
  readonly size?: 'Small' | 'Large'
  readonly color?: 'Attention' | 'Warning' | 'Accent' | 'Good' | 'Default'
}

export type Element = { readonly type: string; readonly [key: string]: unknown }

/** On one line, nothing unseen, and no link by itself. */
export const toSafeText = (text: string, limit: number): string => limitText(breakLinks(text), limit)

export const run = (text: string, limit: number, style: Omit<Run, 'type' | 'text'> = {}): Run => ({
  type: 'TextRun',
  text: toSafeText(text, limit),
  ...style,
})

export const createRichText = (...inlines: readonly Run[]): Element => ({ type: 'RichTextBlock', inlines })

const createColumn = (width: string, inline: Run): Element => ({
  type: 'Column',
  width,
  items: [{ type: 'RichTextBlock', inlines: [inline] }],
})

/** A label, and its text beside it. */
export const createPair = (label: string, text: string, limit: number): Element => ({
  type: 'ColumnSet',
  spacing: 'Small',
  columns: [createColumn('80px', run(label, 40, { weight: 'Bolder' })), createColumn('stretch', run(text, limit))],
})

export const openUrl = (title: string, url: string) => ({ type: 'Action.OpenUrl', title, url }) as const

export type TeamsMessage = {
  readonly type: 'message'
  readonly attachments: readonly {
    readonly contentType: 'application/vnd.microsoft.card.adaptive'
    readonly contentUrl: null
    readonly content: Card
  }[]
}

type Card = {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json'
  readonly type: 'AdaptiveCard'
  readonly version: '1.4'
  /** The text of a notification, and of clients without cards. */
  readonly fallbackText: string
  readonly msteams: { readonly width: 'Full' }
  readonly body: readonly Element[]
  readonly actions: readonly ReturnType<typeof openUrl>[]
}

/** The whole message that a workflow ("When a Teams webhook request is received") posts as a card. */
export const createCard = ({
  fallbackText,
  body,
  actions,
}: Pick<Card, 'fallbackText' | 'body' | 'actions'>): TeamsMessage => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        fallbackText: toSafeText(fallbackText, 200),
        msteams: { width: 'Full' },
        body,
        actions,
      },
    },
  ],
})
