import type { Step } from '../../shared/remediation/step.ts'
import { plain } from '../../shared/text/untrusted.ts'
import type { Block } from './document.ts'

/** Text of strangers as text: every character that Markdown or HTML would read as its own is escaped. */
const escaped = (text: string): string => plain(text).replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&')

const stepText = ({ what, commands = [], risk }: Step): string =>
  [
    `- [ ] ${escaped(what)}`,
    ...(risk === undefined ? [] : ['', `      **Risk:** ${escaped(risk)}`]),
    ...(commands.length === 0
      ? []
      : ['', '      ```sh', ...commands.map(command => `      ${plain(command)}`), '      ```']),
    '',
  ].join('\n')

const blockText = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return `## ${block.text}\n`
    case 'text':
      return `${escaped(block.text)}\n`
    case 'facts':
      return `| | |\n|---|---|\n${block.facts.map(([name, value]) => `| ${name} | ${escaped(value)} |\n`).join('')}`
    case 'way':
      return `### ${block.title}\n\n${escaped(block.when)}\n\n${block.steps.map(stepText).join('\n')}`
    default:
      return block satisfies never
  }
}

/** A checklist to tick off: Markdown as GitHub, GitLab and most wikis read it. */
export const explanationMarkdown = (title: string, blocks: readonly Block[]): string =>
  `# ${escaped(title)}\n\n${blocks.map(blockText).join('\n')}`
