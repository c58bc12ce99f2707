/** `npm run new-rule -- ID` writes a rule, its page, its test and its line in the registry. Nothing that is there is overwritten. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { LATEST_PRESET } from '../../shared/rules/preset.ts'
import { addToRegistry, renderPage, renderRule, renderTest } from './templates.ts'

const ROOT = new URL('../../', import.meta.url)
const REGISTRY = 'shared/rules/registry.ts'

const explainProblem = (id: string | undefined): string | undefined => {
  if (id === undefined) return 'new-rule: needs an id, npm run new-rule -- ID'
  if (!/^[a-z]+(-[a-z]+)+$/.test(id))
    return `new-rule: "${id}" is not an id; write two or more words in lower case with hyphens, like old-kernel`
  const there = listFiles(id).find(file => existsSync(new URL(file, ROOT)))
  return there === undefined ? undefined : `new-rule: ${there} is there already; choose another id`
}

const listFiles = (id: string) => [`shared/rules/${id}.ts`, `docs/rules/${id}.md`, `test/rules/${id}.test.ts`] as const

const writeRule = (id: string): void => {
  // Off in every policy until it is asked for, so that an upgrade surprises nobody.
  const since = LATEST_PRESET + 1
  const [rule, page, test] = listFiles(id)
  const registry = addToRegistry(readFileSync(new URL(REGISTRY, ROOT), 'utf8'), id)
  writeFileSync(new URL(rule, ROOT), renderRule(id, since))
  writeFileSync(new URL(page, ROOT), renderPage(id, since))
  writeFileSync(new URL(test, ROOT), renderTest(id))
  writeFileSync(new URL(REGISTRY, ROOT), registry)
  for (const file of [rule, page, test, REGISTRY]) console.log(`wrote ${file}`)
  console.log(`Next: say in ${rule} when the rule fails, and in ${page} why. Then npm run check.`)
}

const [id] = process.argv.slice(2)
const problem = explainProblem(id)
if (problem !== undefined || id === undefined) {
  console.error(problem)
  process.exitCode = 2
} else writeRule(id)
