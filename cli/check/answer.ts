import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { evaluateFit } from '../../shared/compatibility/fit.ts'
import type { CompatibilityReason } from '../../shared/facts/facts.ts'
import { isDeprecated } from './notes.ts'
import type { Question } from './question.ts'

/** The answer to a question; its shape is public. */
export type Answer = {
  readonly instanceType: string
  /** null if a fact that decides is not known. */
  readonly compatible: boolean | null
  readonly reasons: readonly CompatibilityReason[]
  /** Only if something is missing: the facts that would decide. */
  readonly missing?: readonly string[]
  /** Only if the image is deprecated: since when. It may fit all the same. */
  readonly deprecationTime?: string
}

type Known = { readonly types: InstanceTypes; readonly now: Date }

/** Answers from the facts alone. A type that is not known fits nothing and refuses nothing. */
export const answerQuestion = ({ image, instanceType }: Question, { types, now }: Known): Answer => {
  const type = types.get(instanceType)
  if (type === undefined) return { instanceType, compatible: null, reasons: [], missing: ['instanceType'] }
  const { compatible, reasons, missing } = evaluateFit(image, type)
  return {
    instanceType,
    compatible: compatible ?? null,
    reasons,
    ...(missing.length > 0 && { missing }),
    ...(isDeprecated(image, now) && { deprecationTime: image.deprecationTime }),
  }
}
