import type { FileReading } from '../model/declaration.ts'
import { isManifest } from './cloudformation/assembly.ts'
import { findJsonLines } from './cloudformation/json-lines.ts'
import { readStack, type StackContext } from './cloudformation/stack.ts'
import { isTemplate } from './cloudformation/template.ts'
import { readYamlTemplate, type TemplateText } from './cloudformation/yaml.ts'
import { isJson, type Json } from './json.ts'
import { readRequest } from './requests.ts'
import { isTerraformPlan, isTerraformSource, isTerraformState, readTerraformPlan } from './terraform/plan.ts'
import { isOfApi, readDocuments } from './tools/documents.ts'
import { isEksctl, readEksctl } from './tools/eksctl.ts'
import { isNodePool, readNodePool } from './tools/karpenter.ts'
import { isPacker, readPacker } from './tools/packer.ts'
import { isPulumiPreview, readPulumiPreview } from './tools/pulumi.ts'

const SHOW = 'terraform show -json PLAN'
const SOURCE = `the source of a configuration, not a plan; make one: terraform plan -out PLAN && ${SHOW}`

const HCL = /^\s*(resource|data|module|provider|variable|locals|terraform|output)\b[^\n]*\{/m

/** Why a text that is no JSON cannot be read, and the command that makes what can be. */
const explainText = (text: string): FileReading => {
  if (text.trim() === '')
    return { unreadable: `empty; did the command that wrote it end with an error? It may be: ${SHOW}` }
  if (text.startsWith('PK\u0003\u0004')) return { unreadable: `a binary plan; print it as JSON: ${SHOW}` }
  if (HCL.test(text)) return { unreadable: SOURCE }
  if (/^\{"@level":/.test(text))
    return { unreadable: `the log of terraform plan -json, which has no values; print the plan: ${SHOW}` }
  if (/^\s*[{[]/.test(text)) return explainJson(text)
  return { unreadable: `neither a template nor a plan as JSON; print a plan: ${SHOW}`, isForeign: true }
}

// A larger text is a plan, which nobody writes by hand.
const MOST_TEMPLATE = 4 * 1024 * 1024

const explainJson = (text: string): FileReading => {
  const written = text.length > MOST_TEMPLATE ? undefined : readYamlTemplate(text)
  const what = written !== undefined && 'unreadable' in written ? ` (${written.unreadable})` : ''
  return { unreadable: `broken JSON, cut off or changed by hand${what}; correct it, or print a plan again: ${SHOW}` }
}

const FOREIGN: FileReading = {
  unreadable: `in no form that lint knows; it reads templates of CloudFormation, requests of the AWS CLI, files of eksctl, Karpenter, Packer and Pulumi, and plans: ${SHOW}`,
  isForeign: true,
}

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const MOST_DEPTH = 100

/** Whether values lie in each other more deeply than any tool writes them. Without recursion, for which it guards. */
const isTooDeep = (value: unknown): boolean => {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true
    level = level.flatMap(one => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}

const readTemplate = (written: TemplateText, context: StackContext): FileReading => {
  if ('unreadable' in written) return written
  const { value, lines, notices } = written
  if (!isJson(value) || !isTemplate(value)) return FOREIGN
  if (isTooDeep(value)) return { unreadable: 'a template nested more deeply than CloudFormation takes' }
  const reading = readStack(value, { ...context, lines })
  if ('unreadable' in reading || notices.length === 0) return reading
  return { ...reading, notices: [...notices, ...(reading.notices ?? [])] }
}

const API = /^["']?apiVersion["']?\s*:\s*["']?(eksctl\.io|karpenter\.sh|karpenter\.k8s\.aws)\//m

/** What tools launch that say so in a file of their own. Undefined if it is none of them. */
const readTool = (documents: readonly Json[]): FileReading | undefined => {
  const known = documents.filter(one => isOfApi(one, 'eksctl.io', 'karpenter.sh', 'karpenter.k8s.aws') || isPacker(one))
  if (known.length === 0) return undefined
  return {
    declarations: known.flatMap(one => {
      if (isPacker(one)) return readPacker(one)
      if (isEksctl(one)) return readEksctl(one)
      return isNodePool(one) ? readNodePool(one) : []
    }),
  }
}

const readToolText = (text: string): FileReading => {
  const read = readDocuments(text)
  return 'unreadable' in read ? read : (readTool(read.documents) ?? FOREIGN)
}

const TEMPLATE = /^[ \t]*["']?Resources["']?\s*:/m

/** A template as YAML, else why the text cannot be read. */
const readOtherText = (text: string, context: StackContext): FileReading => {
  if (API.test(text) && text.length <= MOST_TEMPLATE) return readToolText(text)
  if (!TEMPLATE.test(text) || text.length > MOST_TEMPLATE) return explainText(text)
  const reading = readTemplate(readYamlTemplate(text), context)
  return 'unreadable' in reading && /^(resource|data|module) "/m.test(text) ? { unreadable: SOURCE } : reading
}

/** Reads what a file declares, by what its content is. `context`: what other files say of it, if it is a template. */
export const readFileText = (text: string, context: StackContext = {}): FileReading => {
  const value = parseText(text)
  if (value === undefined) return readOtherText(text, context)
  if (!isJson(value)) return FOREIGN
  if (isTerraformPlan(value)) return readTerraformPlan(value)
  if (isTerraformSource(value)) return { unreadable: SOURCE }
  if (isTerraformState(value)) return { unreadable: `a state, which launches nothing; print a plan: ${SHOW}` }
  if (isManifest(value)) return { unreadable: 'the manifest of cdk.out; name its folder', isForeign: true }
  if (isPulumiPreview(value)) return isTooDeep(value) ? FOREIGN : readPulumiPreview(value)
  if (isTemplate(value)) return readTemplate({ value, lines: findJsonLines(text), notices: [] }, context)
  return isTooDeep(value) ? FOREIGN : (readTool([value]) ?? readRequest(value) ?? FOREIGN)
}
