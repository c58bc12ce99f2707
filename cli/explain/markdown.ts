import type { Step } from '../../shared/remediation/step.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Block } from './document.ts'

/** Text of strangers as text: every character that Markdown or HTML would read as its own is escaped. */
const escapeMarkdown = (text: string): string => toPlainText(text).replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&')

const stepText = ({ what, commands = [], risk }: Step): string =>
  [
    `- [ ] ${escapeMarkdown(what)}`,
    ...(risk === undefined ? [] : ['', `      **Risk:** ${escapeMarkdown(risk)}`]),
    ...(commands.length === 0
      ? []
      : ['', '      ```sh', ...commands.map(command => `      ${toPlainText(command)}`), '      ```']),
    '',
  ].join('\n')

const renderBlock = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return `## ${block.text}\n`
    case 'text':
      return `${escapeMarkdown(block.text)}\n`
    case 'facts':
      return `| | |\n|---|---|\n${block.facts.map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |\n`).join('')}`
    case 'way':
      return `### ${block.title}\n\n${escapeMarkdown(block.when)}\n\n${block.steps.map(stepText).join('\n')}`
    default:
      return block satisfies never
  }
}

/** A checklist to tick off: Markdown as GitHub, GitLab and most wikis read it. */
export const renderMarkdown = (title: string, blocks: readonly Block[]): string =>
  `# ${escapeMarkdown(title)}\n\n${blocks.map(renderBlock).join('\n')}`
