import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { listBlocked } from '../compatibility/blocked.ts'
import type { ImageFacts, Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const SENTENCES = {
  PARAVIRTUAL: 'is paravirtual (PV)',
  NO_ENA: 'does not have ENA on',
  LEGACY_BOOT_ONLY: 'boots in legacy BIOS mode only (no UEFI Secure Boot, no NitroTPM)',
} as const

type Reason = keyof typeof SENTENCES

const findReasons = (image: ImageFacts): readonly Reason[] => {
  // A PV image has neither ENA nor a boot mode: to name these as well would only hide the cause.
  if (image.virtualizationType === 'paravirtual') return ['PARAVIRTUAL']
  const reasons: Reason[] = []
  if (image.enaSupport === false) reasons.push('NO_ENA')
  if (image.bootMode === 'legacy-bios') reasons.push('LEGACY_BOOT_ONLY')
  return reasons
}

const describeBlocked = (image: ImageFacts, types: InstanceTypes): string => {
  const { count, families } = listBlocked(image, types)
  if (count === 0) return 'No type of its architecture is out of reach.'
  return `Out of reach: ${count} instance types, among them ${families.join(', ')}.`
}

const check = (subject: Subject, types: InstanceTypes): Verdict => {
  if (subject.kind === 'refused-launch' || subject.kind === 'template') return PASSED
  const image = subject.kind === 'image' ? subject.image : subject.instance
  const reasons = findReasons(image)
  if (reasons.length > 0) {
    const what = reasons.map(reason => SENTENCES[reason]).join(' and ')
    const which = subject.kind === 'image' ? subject.resource.id : (image.imageId ?? `of ${subject.resource.id}`)
    return { status: 'FAILED', reasons, message: `Image ${which} ${what}. ${describeBlocked(image, types)}` }
  }
  // Of an instance that is not identified yet, the instance itself has to be found first.
  const of = subject.kind === 'instance' && image.imageId === undefined ? 'instance' : 'image'
  if (image.virtualizationType === undefined) return createUnknown({ of, fact: 'virtualizationType' })
  if (image.enaSupport === undefined) return createUnknown({ of, fact: 'enaSupport' })
  return PASSED
}

export const incompatibleImage: Rule = {
  id: 'incompatible-image',
  title: 'Image tied to old types',
  why: 'An image without HVM, ENA or UEFI keeps everything launched from it on old instance types.',
  severity: 'LOW',
  events: ['launch', 'running', 'start', 'image'],
  reads: ['ec2:DescribeInstances', 'ec2:DescribeImages'],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html',
  since: 1,
  // If ENA is required, no image without it runs.
  mayFailOn: ({ ena }) => ena !== 'required',
  remediation:
    'Build the image again from a current HVM image with the ena and nvme drivers in its initramfs, and register it with ENA on (register-image --ena-support) and, where the system boots with UEFI, --boot-mode uefi-preferred.',
  options: {},
  check,
}
