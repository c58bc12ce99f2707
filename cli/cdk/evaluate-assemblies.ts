import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { IPolicyValidationContext } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import { addImageFacts } from '../../shared/lint/evaluate/add-facts.ts'
import { describeContradiction } from '../../shared/lint/evaluate/contradictions.ts'
import { describeElsewhere } from '../../shared/lint/evaluate/elsewhere.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { type ImageLookups, readLookups } from '../../shared/lint/readers/cloudformation/lookups.ts'
import type { StackContext } from '../../shared/lint/readers/cloudformation/stack.ts'
import { isJson } from '../../shared/lint/readers/json.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { readFolder } from '../lint/assembly.ts'
import type { Settings } from './settings.ts'

/** A template that cannot be read, and why. */
export type Unreadable = { readonly file: string; readonly why: string }

export type Evaluated = {
  readonly findings: readonly LintFinding[]
  readonly unreadable: readonly Unreadable[]
  /** What is worth a line, and hinders nothing. */
  readonly notices: readonly string[]
}

const evaluateTemplate = (file: string, context: StackContext, settings: Settings): Evaluated => {
  const reading = readFileText(readFileSync(file, 'utf8'), context)
  if ('unreadable' in reading)
    return {
      findings: [],
      notices: [],
      // A stack without resources.
      unreadable: reading.isForeign ? [] : [{ file, why: reading.unreadable }],
    }
  const { world, findImage, places } = settings
  const notices = [...(reading.notices ?? []), ...describeElsewhere(reading.declarations, places)]
  const findings = reading.declarations.flatMap(declared => {
    const { declaration, contradictions } = addImageFacts(declared, findImage)
    notices.push(...contradictions.map(describeContradiction))
    return evaluateDeclaration(declaration, { world, file, all: false })
  })
  return { findings, notices: [...new Set(notices)].map(notice => `${file}: ${notice}`), unreadable: [] }
}

/** What the CDK looked up, from cdk.context.json or wherever the app has it from. */
const findContextLookups = (app: IConstruct): ImageLookups => {
  const context: unknown = app.node.getAllContext()
  return readLookups(isJson(context) ? context : {})
}

/** An early version of the CDK names no app. */
export type Synthesized = Pick<IPolicyValidationContext, 'templatePaths'> &
  Partial<Pick<IPolicyValidationContext, 'appConstruct'>>

/** Evaluates what the templates of these stacks launch, and those that they nest, by the files that the CDK wrote. */
export const evaluateAssemblies = ({ templatePaths, appConstruct }: Synthesized, settings: Settings): Evaluated => {
  const folders = [...new Set(templatePaths.map(path => dirname(path)))]
  const evaluated = folders.flatMap(folder =>
    [...readFolder(folder, appConstruct && findContextLookups(appConstruct))].map(([file, stack]) =>
      evaluateTemplate(join(folder, file), stack, settings),
    ),
  )
  return {
    findings: evaluated.flatMap(({ findings }) => findings),
    unreadable: evaluated.flatMap(({ unreadable }) => unreadable),
    notices: evaluated.flatMap(({ notices }) => notices),
  }
}
