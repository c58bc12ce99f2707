/**
 * Draws the flow of the README, once for light and once for dark pages: `tsx tools/pictures/flow.ts`. Plain SVG of 820
 * pixels, as wide as GitHub shows a README, and with no font but the reader's own.
 */
import { writeFileSync } from 'node:fs'

type Box = {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly title: string
  readonly text: string
  readonly tone: 'aws' | 'own' | 'stop'
}

const HEIGHT = 52
const WIDTH = 820
const TALL = 372

const BOXES: readonly Box[] = [
  { id: 'trail', x: 10, y: 20, width: 190, title: 'CloudTrail', text: 'RunInstances, images, starts', tone: 'aws' },
  { id: 'state', x: 10, y: 92, width: 190, title: 'EC2 notifications', text: 'running, stopped', tone: 'aws' },
  {
    id: 'daily',
    x: 10,
    y: 236,
    width: 190,
    title: 'Schedule, command line',
    text: 'daily, or when you ask',
    tone: 'aws',
  },
  { id: 'evaluate', x: 270, y: 56, width: 180, title: 'Evaluate', text: 'facts, rules, findings', tone: 'own' },
  { id: 'sweep', x: 270, y: 236, width: 180, title: 'Sweep', text: 'reads what is there', tone: 'own' },
  {
    id: 'ledger',
    x: 270,
    y: 146,
    width: 180,
    title: 'Ledger (DynamoDB)',
    text: 'one row for each finding',
    tone: 'aws',
  },
  { id: 'alerts', x: 520, y: 56, width: 120, title: 'Alerts (SNS)', text: 'one for a launch', tone: 'aws' },
  { id: 'notify', x: 690, y: 56, width: 120, title: 'Notify', text: 'Slack, Teams, …', tone: 'own' },
  { id: 'confirm', x: 520, y: 146, width: 120, title: 'Confirm', text: 'marks what is out', tone: 'own' },
  { id: 'later', x: 520, y: 236, width: 120, title: 'Scheduler', text: 'after the grace', tone: 'aws' },
  { id: 'enforce', x: 520, y: 310, width: 120, title: 'Enforce', text: 'decides again', tone: 'stop' },
  { id: 'ec2', x: 690, y: 310, width: 120, title: 'EC2', text: 'stop one instance', tone: 'aws' },
]

const ARROWS: readonly (readonly [string, string])[] = [
  ['M200,46 L235,46 L235,74 L270,74', ''],
  ['M200,118 L235,118 L235,90 L270,90', ''],
  ['M200,262 L270,262', ''],
  ['M360,108 L360,146', 'claims'],
  ['M360,236 L360,198', 'claims'],
  ['M450,82 L520,82', ''],
  ['M640,82 L690,82', ''],
  ['M580,108 L580,146', 'comes back'],
  ['M520,172 L450,172', 'marks'],
  ['M580,198 L580,236', 'a stop is promised'],
  ['M580,288 L580,310', ''],
  ['M640,336 L690,336', ''],
  ['M450,248 L462,248 L462,94 L520,94', ''],
  ['M520,330 L240,330 L240,180 L270,180', 'reports through the ledger and the alerts'],
]

const THEMES = {
  light: {
    ink: '#1f2328',
    soft: '#59636e',
    line: '#818b98',
    aws: '#f6f8fa',
    own: '#ddf4ff',
    stop: '#ffebe9',
    edge: '#d1d9e0',
  },
  dark: {
    ink: '#f0f6fc',
    soft: '#9198a1',
    line: '#656c76',
    aws: '#151b23',
    own: '#121d2f',
    stop: '#25171c',
    edge: '#3d444d',
  },
} as const
type Theme = (typeof THEMES)[keyof typeof THEMES]

const drawBox = ({ x, y, width, title, text, tone }: Box, theme: Theme): string => {
  const middle = x + width / 2
  return `<rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" rx="6" fill="${theme[tone]}" stroke="${theme.edge}"/>
<text x="${middle}" y="${y + 22}" fill="${theme.ink}" font-weight="600">${title}</text>
<text x="${middle}" y="${y + 40}" fill="${theme.soft}" font-size="11">${text}</text>`
}

/** The position of the words of an arrow: beside its first piece. */
const placeLabel = (path: string): { readonly x: number; readonly y: number; readonly anchor: string } => {
  const [from = [0, 0], to = [0, 0]] = [...path.matchAll(/(\d+),(\d+)/g)].map(([, x, y]) => [Number(x), Number(y)])
  const [x1 = 0, y1 = 0] = from
  const [x2 = 0, y2 = 0] = to
  return x1 === x2
    ? { x: x1 + 8, y: (y1 + y2) / 2 + 4, anchor: 'start' }
    : { x: (x1 + x2) / 2, y: y1 - 6, anchor: 'middle' }
}

const drawArrow = ([path, label]: readonly [string, string], theme: Theme): string => {
  const line = `<path d="${path}" fill="none" stroke="${theme.line}" stroke-width="1.5" marker-end="url(#end)"/>`
  if (label === '') return line
  const { x, y, anchor } = placeLabel(path)
  return `${line}\n<text x="${x}" y="${y}" fill="${theme.soft}" font-size="11" text-anchor="${anchor}">${label}</text>`
}

const TITLE = 'How a launch becomes an alert, and an alert becomes a stop'

export const drawFlow = (name: keyof typeof THEMES): string => {
  const theme = THEMES[name]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${TALL}" width="${WIDTH}" height="${TALL}" role="img" aria-label="${TITLE}" font-family="-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif" font-size="13" text-anchor="middle">
<title>${TITLE}</title>
<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="${theme.line}"/></marker></defs>
${ARROWS.map(arrow => drawArrow(arrow, theme)).join('\n')}
${BOXES.map(box => drawBox(box, theme)).join('\n')}
</svg>
`
}

for (const name of ['light', 'dark'] as const)
  writeFileSync(new URL(`../../docs/pictures/flow-${name}.svg`, import.meta.url), drawFlow(name))
