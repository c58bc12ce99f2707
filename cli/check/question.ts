import { UserError } from '../../shared/errors.ts'
import type { BootMode, ImageFacts } from '../../shared/facts/facts.ts'

/** Whether an image fits an instance type. */
export type Question = { readonly image: ImageFacts; readonly instanceType: string }

export const VIRTUALIZATION_TYPES = ['hvm', 'paravirtual'] as const
export const ARCHITECTURES = ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'] as const
export const BOOT_MODES = ['legacy-bios', 'uefi', 'uefi-preferred'] as const
export const ROOT_DEVICE_TYPES = ['ebs', 'instance-store'] as const

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const describeKind = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 60)
}

const createWrong = (path: string, expected: string, value: unknown): UserError =>
  new UserError(`${path}: expected ${expected}, got ${describeKind(value)}`)

/** One of the values, or undefined if there is none. Throws UserError for any other. */
const readOneOf = <T extends string>(ami: Json, key: string, values: readonly T[]): T | undefined => {
  const value = ami[key]
  if (value === undefined || value === null) return undefined
  const found = values.find(each => each === value)
  if (found === undefined) throw createWrong(`ami.${key}`, values.join(', '), value)
  return found
}

/** An absent key is not known. DescribeImages leaves a key out for null, which means false. */
const readEnaSupport = ({ enaSupport: value }: Json): boolean | undefined => {
  if (value === null) return false
  if (value !== undefined && typeof value !== 'boolean')
    throw createWrong('ami.enaSupport', 'true, false or null', value)
  return value
}

/** The facts of an image in a question. An image without a boot mode has none set: that is known. */
export const readImage = (ami: Json): ImageFacts => {
  const virtualizationType = readOneOf(ami, 'virtualizationType', VIRTUALIZATION_TYPES)
  const architecture = readOneOf(ami, 'architecture', ARCHITECTURES)
  const rootDeviceType = readOneOf(ami, 'rootDeviceType', ROOT_DEVICE_TYPES)
  const bootMode: BootMode = readOneOf(ami, 'bootMode', BOOT_MODES) ?? 'unset'
  const ena = readEnaSupport(ami)
  return {
    ...(virtualizationType !== undefined && { virtualizationType }),
    ...(architecture !== undefined && { architecture }),
    ...(rootDeviceType !== undefined && { rootDeviceType }),
    ...(ena !== undefined && { enaSupport: ena }),
    bootMode,
  }
}

/** One line of questions: `{"ami":{…},"instanceType":"…"}`. Throws UserError, which names the field and the mistake. */
export const readQuestion = (text: string): Question => {
  let question: unknown
  try {
    question = JSON.parse(text)
  } catch {
    throw new UserError('not valid JSON; write one question a line: {"ami":{…},"instanceType":"…"}')
  }
  if (!isObject(question)) throw createWrong('the question', 'an object with ami and instanceType', question)
  const { ami, instanceType } = question
  if (!isObject(ami)) throw createWrong('ami', 'an object with the facts of the image', ami)
  if (typeof instanceType !== 'string' || instanceType === '')
    throw createWrong('instanceType', 'the name of a type', instanceType)
  return { image: readImage(ami), instanceType }
}
