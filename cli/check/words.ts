import { CATALOGUE_DATE } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { findMeantType } from '../../shared/catalogue/meant-type.ts'
import { isNewerType, NAMED_TYPES } from '../../shared/catalogue/named-types.ts'
import { findNearestTypes } from '../../shared/compatibility/nearest.ts'
import type { CompatibilityReason, ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { createPainter, type Paint } from '../output/colour.ts'
import type { Output } from '../output/io.ts'
import { pad, wrap } from '../output/width.ts'
import type { Answer } from './answer.ts'
import { describeLimit, describeNotes } from './notes.ts'
import type { Question } from './question.ts'

type Both = { readonly image: ImageFacts; readonly type: InstanceTypeFacts }

const list = (values: readonly string[]): string => values.join(', ') || 'nothing'

const describeNvme = ({ nvmeEbs, nvmeLocal }: InstanceTypeFacts): string => {
  const disks = [
    ...(nvmeEbs === 'required' ? ['EBS volumes'] : []),
    ...(nvmeLocal === 'required' ? ['local disks'] : []),
  ]
  return disks.join(' and ')
}

// Each reason as a sentence with the facts of both sides.
const REASONS: Readonly<Record<CompatibilityReason, (both: Both) => string>> = {
  VIRT_TYPE_UNSUPPORTED: ({ image, type }) =>
    `The image is ${image.virtualizationType === 'paravirtual' ? 'paravirtual (PV)' : image.virtualizationType}; the type runs ${list(type.virtualizationTypes)}.`,
  ARCH_UNSUPPORTED: ({ image, type }) =>
    `The image is made for ${image.architecture}; the type runs ${list(type.architectures)}.`,
  ROOT_DEVICE_UNSUPPORTED: ({ image, type }) =>
    `The root device of the image is ${image.rootDeviceType}; the type starts from ${list(type.rootDeviceTypes)}.`,
  BOOT_MODE_UNSUPPORTED: ({ image, type }) =>
    `The image boots by ${image.bootMode}; the type boots by ${list(type.bootModes)}.`,
  ENA_REQUIRED: () => 'The type requires ENA (enhanced networking); the image has it off.',
  NVME_DRIVER_ADVISORY: ({ type }) =>
    `The type shows ${describeNvme(type)} as NVMe: the system needs the nvme driver. EC2 launches it without, and it may not start.`,
  TYPE_NOT_ALLOWED_BY_IMAGE: ({ image }) => `The owner of the image does not allow this type. ${describeLimit(image)}`,
  TPM_UNSUPPORTED: ({ image, type }) =>
    `The image is configured for NitroTPM ${toPlainText(image.tpmSupport ?? '')}; the type has ${type.nitroTpmVersions === undefined ? 'no NitroTPM' : `versions ${list(type.nitroTpmVersions)}`}.`,
  IMAGE_NOT_AVAILABLE: ({ image }) =>
    `The state of the image is ${toPlainText(image.imageState ?? '')}: EC2 launches nothing from it.`,
}

const REMEDIES: Readonly<Record<CompatibilityReason, string | undefined>> = {
  VIRT_TYPE_UNSUPPORTED: 'Use an HVM image of the same system; the virtualization type of an image cannot be changed.',
  ARCH_UNSUPPORTED: 'Use the image of the same system for an architecture of the type.',
  ROOT_DEVICE_UNSUPPORTED: 'Use an image whose root is an EBS volume.',
  BOOT_MODE_UNSUPPORTED:
    'Use an image with another boot mode. Registering this one again with --boot-mode helps only if its disk can boot that way.',
  ENA_REQUIRED:
    'Check that the system has the ena driver, then register the image again with ENA on (aws ec2 register-image --ena-support).',
  NVME_DRIVER_ADVISORY: undefined,
  TYPE_NOT_ALLOWED_BY_IMAGE:
    'Use a type that the image allows. Its owner can allow others (aws ec2 replace-image-instance-type-specification, which replaces the whole list).',
  TPM_UNSUPPORTED:
    'Use a type with NitroTPM, or an image that is not configured for it. An image cannot be changed, only registered again without --tpm-support.',
  IMAGE_NOT_AVAILABLE:
    'Use an image that is available. The owner of a disabled one can enable it (aws ec2 enable-image); a failed one has to be made again.',
}

const OPTIONS: Readonly<Record<string, string>> = {
  virtualizationType: 'the virtualization type of the image (--virtualization-type)',
  architecture: 'the architecture of the image (--architecture)',
  rootDeviceType: 'the root device of the image (--root-device-type)',
  bootMode: 'the boot mode of the image (--boot-mode)',
  enaSupport: 'whether the image has ENA on (--ena-support)',
  imageState: 'whether the image becomes available: its state says that it is not yet (aws ec2 wait image-available)',
  nitroTpm: 'whether the type has NitroTPM: the catalogue lacks it',
  rootDeviceTypes: 'whether the type starts from such a root device: AWS documents EBS alone',
}

const renderBullets = (sentences: readonly string[], columns: number): string =>
  sentences
    .flatMap(sentence => wrap(sentence, columns - 4).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}\n`))
    .join('')

const formatMemory = (mebibytes: number | undefined): string =>
  mebibytes === undefined ? '' : `${Number((mebibytes / 1024).toFixed(2))} GiB`

const typeLine = ({ instanceType, vCpus, memoryMiB }: InstanceTypeFacts): string =>
  `  ${pad(instanceType, 18)} ${(vCpus === undefined ? '' : `${vCpus} vCPU`).padStart(8)} ${formatMemory(memoryMiB).padStart(12)}`.trimEnd()

type Assumed = { readonly image: ImageFacts; readonly words: readonly string[] }

// Types are named for a half-described image as well, with the image for which they fit.
const assumeFacts = (image: ImageFacts, type: InstanceTypeFacts, enaSupport: boolean): Assumed => {
  const architecture = type.architectures.includes('x86_64') ? 'x86_64' : (type.architectures[0] ?? 'x86_64')
  return {
    image: {
      architecture,
      rootDeviceType: 'ebs',
      enaSupport,
      bootMode: 'unset',
      virtualizationType: 'hvm',
      ...image,
    },
    words: [
      ...(image.virtualizationType === undefined ? ['HVM'] : []),
      ...(image.architecture === undefined ? [architecture] : []),
      ...(image.rootDeviceType === undefined ? ['EBS root'] : []),
      ...(image.enaSupport === undefined ? [`ENA ${enaSupport ? 'on' : 'off'}`] : []),
      ...(image.bootMode === undefined ? ['no boot mode'] : []),
    ],
  }
}

const suggestAlternatives = ({ image, type }: Both, types: InstanceTypes, paint: Paint): string => {
  const find = (enaSupport: boolean) => {
    const assumed = assumeFacts(image, type, enaSupport)
    return { assumed, found: findNearestTypes({ image: assumed.image, like: type, types, limit: 5 }) }
  }
  // What fits without ENA fits with it as well. But no type on Arm fits without.
  const cautious = find(false)
  const { assumed, found } = cautious.found.length === 0 ? find(true) : cautious
  const given = assumed.words.length === 0 ? '' : `  (for an image with: ${assumed.words.join(', ')})\n`
  if (found.length === 0) return `\nNo known type fits this image.\n${given}`
  return `\n${paint('Types that fit, nearest first', 'bold')}\n${given}${found.map(each => `${typeLine(each)}\n`).join('')}`
}

const suggestRemedies = ({ reasons }: Answer, { columns }: Output, paint: Paint): string => {
  const sentences = reasons.flatMap(reason => REMEDIES[reason] ?? [])
  return sentences.length === 0 ? '' : `\n${paint('What to change', 'bold')}\n${renderBullets(sentences, columns)}`
}

const describeUnknownType = ({ instanceType }: Question, types: InstanceTypes, { columns }: Output): string => {
  const type = toPlainText(instanceType)
  const names = types.profiles().flatMap(profile => profile.types())
  const meant = isNewerType(instanceType) ? undefined : findMeantType(instanceType, [...names, ...NAMED_TYPES])
  const missing = isNewerType(instanceType)
    ? `The type ${type} is newer than the catalogue (of ${CATALOGUE_DATE}).`
    : `The type ${type} is not in the catalogue (of ${CATALOGUE_DATE})${meant === undefined ? '.' : `; did you mean ${meant}?`}`
  return renderBullets([missing, 'With --image-id, a type that the catalogue lacks is read from AWS.'], columns)
}

const formatTitle = (answer: Answer, { image, instanceType }: Question, paint: Paint): string => {
  const name = image.imageId === undefined ? 'the image' : `image ${toPlainText(image.imageId)}`
  const type = toPlainText(instanceType)
  if (answer.compatible === null) return `${paint('Cannot say', 'bold', 'yellow')} whether ${name} fits ${type}.\n`
  if (answer.compatible && answer.deprecationTime !== undefined)
    return `${paint('Yes, but it is deprecated', 'bold', 'yellow')}: EC2 launches ${name} on ${type}.\n`
  return answer.compatible
    ? `${paint('Yes', 'bold', 'green')}: ${name} fits ${type}.\n`
    : `${paint('No', 'bold', 'red')}: ${name} does not fit ${type}.\n`
}

/** The answer to one question for a reader: yes or no, why, what to change, and what would fit. */
export const describeAnswer = (
  question: Question,
  answer: Answer,
  { types, out, now }: { readonly types: InstanceTypes; readonly out: Output; readonly now: Date },
): string => {
  const paint = createPainter(out.hasColour)
  const type = types.get(question.instanceType)
  const title = formatTitle(answer, question, paint)
  const notes = question.notes ?? []
  if (type === undefined) return title + renderBullets(notes, out.columns) + describeUnknownType(question, types, out)
  const missing = (answer.missing ?? []).map(fact => `Not known: ${OPTIONS[fact] ?? fact}.`)
  const reasons = answer.reasons.map(reason => REASONS[reason]({ image: question.image, type }))
  return [
    title,
    renderBullets([...notes, ...missing, ...reasons, ...describeNotes(question.image, type, now)], out.columns),
    answer.compatible === false ? suggestRemedies(answer, out, paint) : '',
    answer.compatible === false ? suggestAlternatives({ image: question.image, type }, types, paint) : '',
  ].join('')
}
