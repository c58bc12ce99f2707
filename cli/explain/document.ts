// An explanation as headings, facts and steps. The writers (text.ts, markdown.ts) decide how these look.
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import type { Step } from '../../shared/remediation/step.ts'
import { cleanName, quoteName } from '../../shared/text/name.ts'
import { formatCount } from '../output/counted.ts'
import type { Explanation } from './explanation.ts'

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, string])[] }
  | { readonly kind: 'way'; readonly title: string; readonly when: string; readonly steps: readonly Step[] }

const createHeading = (text: string): Block => ({ kind: 'heading', text })

const createKnownFacts = (pairs: readonly (readonly [string, string | undefined])[]): Block => ({
  kind: 'facts',
  facts: pairs.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const])),
})

const formatSize = ({ vCpus, memoryMiB }: InstanceTypeFacts): string =>
  vCpus === undefined || memoryMiB === undefined
    ? ''
    : ` (${formatCount(vCpus, 'vCPU')}, ${Number((memoryMiB / 1024).toFixed(2))} GiB)`

const formatSized = (type: InstanceTypeFacts): string => `${type.instanceType}${formatSize(type)}`

const VIRTUALIZATION: Readonly<Record<string, string>> = { paravirtual: 'paravirtual (PV)', hvm: 'HVM' }

const formatSwitch = (on: boolean | undefined): string | undefined => (on === undefined ? undefined : on ? 'on' : 'off')

const formatLifecycle = ({ instance: { lifecycle, spotRequest } }: Explanation['explained']): string | undefined => {
  if (lifecycle === 'on-demand') return undefined
  return lifecycle === 'spot' ? `Spot${spotRequest === undefined ? '' : `, ${spotRequest} request`}` : lifecycle
}

/** Somebody chose the name: it stands in quotation marks beside the id. */
const addName = (id: string, text: string | undefined): string => {
  const name = cleanName(text)
  return name === undefined ? id : `${id} ${quoteName(name, 128)}`
}

const formatImage = (imageId: string | undefined, image: ImageFacts | undefined): string | undefined => {
  if (imageId === undefined) return undefined
  return image === undefined ? `${imageId} (deleted, or not visible to you)` : addName(imageId, image.name)
}

const describeInstance = ({ explained, image, type }: Explanation): Block => {
  const { instance, actor } = explained
  return createKnownFacts([
    ['Instance', addName(instance.instanceId ?? '', explained.name)],
    ['Place', `${explained.accountId} ${explained.region}`],
    ['State', instance.state],
    [
      'Type',
      instance.instanceType && `${instance.instanceType}${type === undefined ? ', not known' : formatSize(type)}`,
    ],
    ['Hypervisor', type?.hypervisor],
    ['Virtualization', VIRTUALIZATION[instance.virtualizationType ?? ''] ?? 'not known'],
    ['Architecture', instance.architecture],
    ['ENA', formatSwitch(instance.enaSupport)],
    ['Boot mode', instance.bootMode],
    ['Root device', instance.rootDeviceType],
    ['System', explained.isWindows === true ? 'Windows' : undefined],
    ['Lifecycle', formatLifecycle(explained)],
    ['Tenancy', explained.isOnDedicatedHost === true ? 'Dedicated Host' : undefined],
    ['Stop protection', formatSwitch(instance.stopProtected)],
    ['Hibernation', explained.isHibernatable === true ? 'set up' : undefined],
    ['Marketplace product', explained.productCode === 'none' ? undefined : explained.productCode],
    ['Image', formatImage(instance.imageId, image)],
    ['NitroTPM', image?.tpmSupport === 'unset' ? undefined : image?.tpmSupport],
    ['Auto Scaling group', actor.autoScalingGroup],
    ['Launch template', actor.launchTemplate],
    ['Fleet', actor.fleet],
    ['Cluster', actor.cluster],
    ['Stack', actor.stack],
  ])
}

const describeProblems = ({ findings }: Explanation): readonly Block[] => {
  if (findings.length === 0) return [{ kind: 'text', text: 'Every rule passes.' }]
  return findings.map(({ rule, message, exemption }) => ({
    kind: 'text',
    text: `${rule}: ${message}${exemption === undefined ? '' : ` Exempt until ${exemption.expires}: ${exemption.reason}`}`,
  }))
}

const describeBlockedTypes = ({ remedy: { blocked } }: Explanation): readonly Block[] =>
  blocked.count === 0
    ? []
    : [
        createHeading('What it blocks'),
        {
          kind: 'text',
          text: `Out of reach: ${blocked.count} of ${formatCount(blocked.of, 'instance type')} of its architecture, among them ${blocked.families.join(', ')}.`,
        },
      ]

const describeFits = ({ remedy, type }: Explanation): readonly Block[] => {
  if (remedy.fits.length === 0) return []
  const bound = type === undefined ? '' : ', with at least as many vCPUs and as much memory'
  return [
    createHeading('What would fit'),
    { kind: 'text', text: `With a current HVM image${bound}, the nearest first:` },
    createKnownFacts([
      ['Same architecture', remedy.fits.map(formatSized).join(', ')],
      ['On Arm, if all your software runs there', remedy.fitsArm.map(formatSized).join(', ')],
    ]),
  ]
}

/** What the instance is, what is wrong, what that blocks, what would fit, and the ways out in order. */
export const buildDocument = (explanation: Explanation): readonly Block[] => {
  const { remedy } = explanation
  const isGone = remedy.remarks.includes('GONE')
  return [
    createHeading('What it is'),
    describeInstance(explanation),
    ...explanation.notes.map((text): Block => ({ kind: 'text', text })),
    createHeading(isGone ? 'What the rules say of it as it was' : 'What the rules say'),
    ...describeProblems(explanation),
    ...describeBlockedTypes(explanation),
    ...describeFits(explanation),
    createHeading('What to do'),
    { kind: 'text', text: remedy.state === 'nothing to do' ? `${remedy.why} Nothing has to be done.` : remedy.why },
    ...remedy.ways.map(
      ({ title, when, steps }, index): Block => ({
        kind: 'way',
        title: remedy.ways.length > 1 ? `Way ${index + 1}: ${title}` : title,
        when,
        steps,
      }),
    ),
  ]
}
