import type { Declaration, DeclaredPair, FileReading } from '../../model/declaration.ts'
import { getPart, getText, type Json } from '../json.ts'
import { closePair, createOpenPair } from '../pairs.ts'
import { type Given, type Scope, TooManyChoices } from './choices.ts'
import { readExemptions } from './exemptions.ts'
import { listMade } from './launch-templates.ts'
import { findLauncher, LAUNCHING_TYPES } from './launchers.ts'
import { addLookups, type ImageLookups } from './lookups.ts'
import { resolvePart } from './sides.ts'
import { readTemplateParts, type Template, type TemplateAssets, type TemplateResource } from './template.ts'

/** What other files say of a template. */
export type StackContext = {
  readonly region?: string
  readonly accountId?: string
  /** The path of the construct that made a resource, by its id. */
  readonly constructs?: ReadonlyMap<string, string>
  /** Templates that are evaluated by themselves. */
  readonly assets?: TemplateAssets
  /** Images that the CDK looked up. */
  readonly lookups?: ImageLookups
}

type Written = StackContext & { readonly lines: ReadonlyMap<string, number> }

const MOST_STEPS = 100_000
const TOO_MANY =
  'The template leaves so much open that not every combination was evaluated: give parameters fewer values.'
const NO_LAUNCH = 'What it launches is not in the file.'
const NO_CHOICE = 'No value of its parameters and no Region makes it whole: the maps have no key in common.'

type Launcher = NonNullable<ReturnType<typeof findLauncher>>

function* listPairs(
  scope: Scope,
  resource: TemplateResource,
  { read, isTemplate }: Launcher,
  made: Given,
): Generator<DeclaredPair> {
  for (const { result, given } of resolvePart(scope, resource.properties, made)) {
    if (typeof result === 'string') yield createOpenPair(result)
    else
      for (const { result: pair } of read(scope, result ?? {}, given)) yield isTemplate ? pair : closePair(pair, 'file')
  }
}

/** The pairs that a resource can launch, each once. Empty if it is never made. */
const collectPairs = (scope: Scope, resource: TemplateResource, launcher: Launcher): readonly DeclaredPair[] => {
  const pairs = new Map<string, DeclaredPair>()
  const add = (pair: DeclaredPair): unknown => pairs.set(JSON.stringify(pair), pair)
  let isMade = false
  try {
    for (const made of listMade(scope, resource, new Map())) {
      isMade = launcher.mayLaunchNothing !== true
      for (const pair of listPairs(scope, resource, launcher, made)) add(pair)
    }
  } catch (error) {
    // A template may be deep enough for the stack, though no tool writes one that is.
    if (!(error instanceof TooManyChoices || error instanceof RangeError)) throw error
    add(createOpenPair(TOO_MANY))
  }
  if (isMade && pairs.size === 0) add(createOpenPair(scope.progress.hasDeadEnd ? NO_CHOICE : NO_LAUNCH))
  return [...pairs.values()]
}

const getConstruct = ({ id, metadata }: TemplateResource, { constructs }: Written): string | undefined =>
  constructs?.get(id) ?? getText(metadata, 'aws:cdk:path')

const PRINTABLE = /^[\x20-\x7e]{1,500}$/

const readDeclaration = (template: Template, resource: TemplateResource, written: Written): readonly Declaration[] => {
  const launcher = findLauncher(resource, written.assets ?? new Map())
  if (launcher === undefined) return []
  const { region, accountId, lines } = written
  const stack = { ...(region !== undefined && { region }), ...(accountId !== undefined && { accountId }) }
  const progress = { left: MOST_STEPS, hasDeadEnd: false }
  const pairs = collectPairs({ template, ...stack, progress }, resource, launcher)
  const line = lines.get(resource.id)
  const construct = getConstruct(resource, written)
  const place = {
    address: resource.id,
    ...(line !== undefined && { line }),
    ...(construct !== undefined && PRINTABLE.test(construct) && { construct }),
  }
  const { exemptions } = readExemptions(resource)
  const declared = { ...stack, place, ...(exemptions.length > 0 && { exemptions }) }
  return pairs.length === 0 ? [] : [{ ...declared, kind: 'launch', resourceType: launcher.resourceType, pairs }]
}

/** Macros of AWS that make no launch of what launches nothing. */
const HARMLESS = [
  'AWS::Serverless-2016-10-31',
  'AWS::LanguageExtensions',
  'AWS::SecretsManager-2020-07-23',
  'AWS::SecretsManager-2024-09-16',
  'AWS::CodeDeployBlueGreen',
]

const MACRO =
  'A macro may make other launches of it: evaluate what it makes, aws cloudformation get-template --template-stage Processed.'
const LOOP =
  'lint does not evaluate Fn::ForEach: evaluate what it makes, aws cloudformation get-template --template-stage Processed.'

const createUnexpanded = (address: string, hint: string): Declaration => ({
  kind: 'launch',
  place: { address },
  resourceType: 'AwsEc2LaunchRequest',
  pairs: [createOpenPair(hint)],
})

/** What may launch and cannot be seen before CloudFormation has expanded it. */
const listUnexpanded = ({ transforms }: Template, value: Json): readonly Declaration[] => {
  const macros = transforms.filter(name => !HARMLESS.includes(name))
  const loops = Object.entries(getPart(value, 'Resources') ?? {})
  return [
    ...(macros.length > 0 ? [createUnexpanded('Transform', MACRO)] : []),
    ...loops.flatMap(([key, body]) => {
      if (key === 'Fn::Transform') return [createUnexpanded(key, MACRO)]
      return key.startsWith('Fn::ForEach::') && mayLaunch(body) ? [createUnexpanded(key, LOOP)] : []
    }),
  ]
}

const mayLaunch = (body: unknown): boolean => {
  const text = JSON.stringify(body)
  return LAUNCHING_TYPES.some(type => text.includes(`"${type}"`))
}

/** What a template of CloudFormation or SAM launches. */
export const readStack = (value: Json, written: Written): FileReading => {
  const template = readTemplateParts(value)
  const resources = [...template.resources.values()]
  const notices = resources.flatMap(resource => readExemptions(resource).notices)
  return {
    ...(notices.length > 0 && { notices }),
    declarations: [
      ...listUnexpanded(template, value),
      ...addLookups(
        resources.flatMap(resource => readDeclaration(template, resource, written)),
        written.lookups,
      ),
    ],
  }
}
