import { listExpiredExemptions } from '../policy/exempt.ts'
import type { Exemption, Policy } from '../policy/policy.ts'
import { enaDisabled } from '../rules/ena-disabled.ts'
import { incompatibleImage } from '../rules/incompatible-image.ts'
import { incompatibleLaunch } from '../rules/incompatible-launch.ts'
import { incompatibleTemplate } from '../rules/incompatible-template.ts'
import { paravirtualImage } from '../rules/paravirtual-image.ts'
import { isExpressible } from './denied-types.ts'

export const GUARDRAILS = ['scp', 'boundary', 'declarative', 'image-types'] as const
export type Guardrail = (typeof GUARDRAILS)[number]

/** What a document cannot refuse, and what does. */
export type Gap = { readonly what: string; readonly instead: string }

const WATCHED = 'virtguard evaluates each launch, whoever makes it, and stops it where a rule enforces'

const OTHERS: Gap = {
  what: 'node groups of EKS, environments of Batch, clusters of EMR, builds of Image Builder, GameLift: no condition key knows their types',
  instead: WATCHED,
}
const TEMPLATES: Gap = {
  what: 'launch templates that name a refused type: no condition key knows it; who launches by one is refused',
  instead: 'virtguard lint before they are applied, rule incompatible-template',
}
const RUNNING: Gap = {
  what: 'instances that run already, until they are started again',
  instead: 'virtguard scan, and the sweep',
}
const SPOT: Gap = {
  what: 'RequestSpotInstances and RequestSpotFleet: no condition key knows their types',
  instead: `--deny-spot-requests denies them whatever the type; ${WATCHED}`,
}
const LINKED_ROLES: Gap = {
  what: 'launches by service-linked roles: Auto Scaling, Spot and EC2 Fleet for a group or fleet that exists',
  instead: WATCHED,
}

const EXPRESSED: Readonly<Record<Guardrail, readonly Gap[]>> = {
  scp: [LINKED_ROLES, { what: 'the management account of the organization', instead: WATCHED }],
  boundary: [
    LINKED_ROLES,
    { what: 'principals without this boundary', instead: '--as scp, which is for whole accounts' },
    { what: 'anything by what it allows: a boundary grants nothing by itself', instead: 'a policy of the principal' },
  ],
  declarative: [
    {
      what: 'paravirtual images, images without ENA, architectures: it has no such criterion',
      instead: 'rules paravirtual-image and incompatible-image, and --as image-types for your own images',
    },
    { what: 'instance types', instead: '--as scp' },
    { what: 'images of your own accounts: they always pass', instead: '--as image-types' },
  ],
  'image-types': [
    { what: 'families that the policy denies, on images that fit them', instead: '--as scp' },
    { what: 'images of others: only the owner of an image limits its types', instead: WATCHED },
    { what: 'instances that exist already: EC2 asks at a launch only', instead: 'virtguard scan, virtguard explain' },
  ],
}

/** What no document of this kind can refuse. */
export const listGaps = (guardrail: Guardrail, isSpotDenied: boolean): readonly Gap[] =>
  guardrail === 'scp' || guardrail === 'boundary'
    ? [...EXPRESSED[guardrail], ...(isSpotDenied ? [] : [SPOT]), OTHERS, TEMPLATES, RUNNING]
    : EXPRESSED[guardrail]

const ALTERNATIVES: Readonly<Record<string, string>> = {
  [paravirtualImage.id]:
    '--as image-types keeps your own images on the types that take them; virtguard alerts the rest',
  [incompatibleLaunch.id]: 'EC2 refuses such a launch itself; virtguard lint finds it before',
  [incompatibleImage.id]: 'virtguard alerts it when the image is made; --as image-types limits where it is launched',
  [enaDisabled.id]: 'virtguard alerts it, and stops it where the rule enforces',
  [incompatibleTemplate.id]: 'virtguard lint finds it before it is applied',
}

/** What to do about a rule of which IAM has no condition key. */
export const findAlternative = (rule: string): string => ALTERNATIVES[rule] ?? WATCHED

/** The rules of the policy that are on, and that IAM cannot express. */
export const listInexpressible = ({ rules }: Policy): readonly string[] =>
  Object.entries(rules).flatMap(([rule, { mode }]) => (mode === 'off' || isExpressible(rule) ? [] : [rule]))

/** The exemptions in force from rules that a document of IAM refuses by. No document has them. */
export const listLostExemptions = (policy: Policy, now: Date): readonly Exemption[] => {
  const expired = listExpiredExemptions(policy, now)
  return policy.exemptions.filter(
    exemption => !expired.includes(exemption) && (exemption.rule === '*' || isExpressible(exemption.rule)),
  )
}
