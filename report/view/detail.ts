import type { ReportRule } from '../../shared/report/pages.ts'
import { quoteName } from '../../shared/text/name.ts'
import type { Item } from '../data/item.ts'
import { createButton, findById, make } from '../element.ts'
import { createBadge } from './levels.ts'

type Pair = readonly [string, string]

const list = (title: string, pairs: readonly Pair[]): HTMLElement | undefined => {
  const known = pairs.filter(([, value]) => value !== '')
  if (known.length === 0) return undefined
  const terms = known.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])
  return make('section', {}, make('h3', {}, title), make('dl', {}, ...terms))
}

const renderParagraph = (title: string, ...texts: readonly string[]): HTMLElement | undefined => {
  const known = texts.filter(text => text !== '')
  if (known.length === 0) return undefined
  return make('section', {}, make('h3', {}, title), ...known.map(text => make('p', {}, text)))
}

/** A name that somebody gave, or nothing. */
const quoted = (name: string): string => (name === '' ? '' : quoteName(name, 128))

const TYPES: Readonly<Record<string, string>> = {
  AwsEc2Instance: 'Instance',
  AwsEc2Image: 'Image',
  AwsEc2LaunchRequest: 'Launch',
  AwsEc2LaunchTemplate: 'Launch template',
  AwsAutoScalingAutoScalingGroup: 'Auto Scaling group',
  AwsAutoScalingLaunchConfiguration: 'Launch configuration',
}

const renderFacts = (item: Item): HTMLElement | undefined =>
  list('What is known', [
    ['Name', quoted(item.name)],
    ['Account', item.accountName === '' ? item.accountId : `${item.accountId} (${quoted(item.accountName)})`],
    ['Region', item.region],
    ['Instance type', item.instanceType],
    ['Virtualization', item.virtualizationType],
    ['Image', item.imageId],
    ['Name of the image', item.resourceType === 'AwsEc2Image' ? '' : quoted(item.imageName)],
    ['Architecture', item.architecture],
    ['Root device', item.rootDeviceType],
    ['ENA', item.enaSupport === '' ? '' : item.enaSupport === 'true' ? 'on' : 'off'],
    ['Boot mode', item.bootMode],
    ['Not known', item.missing],
    ['ARN', item.arn],
  ])

const renderOrigin = (item: Item): HTMLElement | undefined =>
  list('Where it comes from', [
    ['Identity', item.actorArn],
    ['Through', item.actorVia],
    ['Auto Scaling group', item.autoScalingGroup],
    ['Launch template', item.launchTemplate],
    ['Fleet', item.fleet],
    ['Stack', item.stack],
    ['Cluster', item.cluster],
    ['Read by', item.eventName],
    ['At', item.eventTime],
  ])

const renderExemption = (item: Item): HTMLElement | undefined =>
  list('Exempt', [
    ['Why', item.exemptionReason],
    ['Owner', item.exemptionOwner],
    ['Until', item.exemptionExpires],
  ])

const renderCommand = (item: Item): HTMLElement | undefined => {
  // Only a valid id goes into a shell command.
  if (!/^i-[0-9a-f]{8,17}$/.test(item.resourceId) || !/^[a-z0-9-]+$/.test(item.region)) return undefined
  const text = `virtguard explain ${item.resourceId} --region ${item.region}`
  return make('section', {}, make('h3', {}, 'The way out, step by step'), make('pre', { tabindex: '0' }, text))
}

export type Detail = { readonly open: (position: number) => void }

type Source = {
  readonly itemAt: (position: number) => Item | undefined
  readonly count: () => number
  readonly rules: readonly ReportRule[]
}

const renderBody = (item: Item, rule: ReportRule | undefined): readonly (HTMLElement | undefined)[] => [
  make('p', { class: 'message' }, item.message),
  item.status === 'PASSED' ? undefined : renderParagraph('How to fix it', item.remediation),
  renderParagraph('Why it matters', rule?.why ?? ''),
  renderExemption(item),
  renderFacts(item),
  renderOrigin(item),
  renderParagraph('What virtguard does', item.decisionReason === '' ? '' : `${item.decision}: ${item.decisionReason}`),
  item.status === 'PASSED' ? undefined : renderCommand(item),
  renderParagraph('Asked for by', (rule?.relatedControls ?? []).join(', ')),
]

/** One finding in full, beside the table; the arrows left and right go to its neighbours. */
export const createDetail = ({ itemAt, count, rules }: Source): Detail => {
  const dialog = findById('detail')
  if (!(dialog instanceof HTMLDialogElement)) throw new Error('#detail is no dialog')
  let place = 0
  const close = createButton('Close', () => dialog.close(), { class: 'close' })
  const previous = createButton('← Previous', () => show(place - 1))
  const next = createButton('Next →', () => show(place + 1))
  const content = make('div', { class: 'content' })
  dialog.replaceChildren(make('div', { class: 'tools' }, previous, next, close), content)
  const show = (position: number): void => {
    const item = itemAt(position)
    if (item === undefined) return
    place = position
    previous.disabled = itemAt(position - 1) === undefined
    next.disabled = position + 1 >= count()
    content.replaceChildren(
      make(
        'header',
        {},
        createBadge(item.level),
        make('h2', { id: 'detail-title' }, item.title),
        make('p', { class: 'mono' }, `${TYPES[item.resourceType] ?? item.resourceType} ${item.resourceId}`),
      ),
      ...renderBody(
        item,
        rules.find(({ id }) => id === item.rule),
      ).filter(part => part !== undefined),
    )
    content.scrollTop = 0
  }
  dialog.addEventListener('keydown', event => {
    if (event.key === 'ArrowLeft') show(place - 1)
    else if (event.key === 'ArrowRight') show(place + 1)
  })
  // A click beside it lands on the dialog itself.
  dialog.addEventListener('click', event => {
    if (event.target === dialog) dialog.close()
  })
  return {
    open: position => {
      show(position)
      dialog.showModal()
      close.focus()
    },
  }
}
