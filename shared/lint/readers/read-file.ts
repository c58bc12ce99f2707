import type { FileReading } from '../model/declaration.ts'
import { isJson } from './json.ts'
import { isTerraformPlan, isTerraformSource, isTerraformState, readTerraformPlan } from './terraform/plan.ts'

const SHOW = 'terraform show -json PLAN'
const SOURCE = `the source of a configuration, not a plan; make one: terraform plan -out PLAN && ${SHOW}`

/** Why a text that is no JSON cannot be read, and the command that makes what can be. */
const explainText = (text: string): string => {
  if (text.trim() === '') return `empty; did the command that wrote it end with an error? It may be: ${SHOW}`
  if (text.startsWith('PK\u0003\u0004')) return `a binary plan; print it as JSON: ${SHOW}`
  if (/^\s*(resource|data|module|provider|variable|locals|terraform|output)\b[^\n]*\{/m.test(text)) return SOURCE
  if (/^\{"@level":/.test(text)) return `the log of terraform plan -json, which has no values; print the plan: ${SHOW}`
  if (/^\s*[{[]/.test(text)) return `broken JSON, cut off or changed by hand; print it again: ${SHOW}`
  return `no JSON; lint reads plans as JSON: ${SHOW}`
}

const FOREIGN = { unreadable: `JSON in no form that lint knows; it reads plans: ${SHOW}`, isForeign: true } as const

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads what a file declares, by what its content is. */
export const readFileText = (text: string): FileReading => {
  const value = parseText(text)
  if (value === undefined) return { unreadable: explainText(text) }
  if (!isJson(value)) return FOREIGN
  if (isTerraformPlan(value)) return readTerraformPlan(value)
  if (isTerraformSource(value)) return { unreadable: SOURCE }
  if (isTerraformState(value)) return { unreadable: `a state, which launches nothing; print a plan: ${SHOW}` }
  return FOREIGN
}
