import { addTypes } from '../../shared/catalogue/catalogue.ts'
import {
  answerFindings,
  answerProblem,
  answerSkipped,
  type Evaluated,
  type HookAnswer,
} from '../../shared/hook/answer.ts'
import { declareResource } from '../../shared/hook/declare.ts'
import { type AskedResource, readRequest } from '../../shared/hook/request.ts'
import { addImageFacts } from '../../shared/lint/evaluate/add-facts.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { formatError } from '../runtime/one-line.ts'
import type { HookPorts } from './ports.ts'
import { createAttempt, readImages, readNamedLaunches, readTypes } from './read-facts.ts'

/** A request is no file; findings of lint name one. */
const FILE = 'CloudFormation'

const evaluate = async (resource: AskedResource, policy: Policy, ports: HookPorts): Promise<Evaluated> => {
  const problems: string[] = []
  const attempt = createAttempt(ports, problems)
  const named = await readNamedLaunches(resource, ports, attempt)
  const declarations = declareResource(resource, named, ports.place)
  const [images, types] = await Promise.all([
    readImages(declarations, ports, attempt),
    readTypes(declarations, ports, attempt),
  ])
  const world = { policy, types: addTypes(ports.types, types), now: ports.now() }
  const findings = declarations.flatMap(declared => {
    const { declaration } = addImageFacts(declared, name => {
      const facts = images.get(name)
      return facts && { facts, source: 'live' }
    })
    return evaluateDeclaration(declaration, { world, file: FILE, all: false })
  })
  return { findings, problems }
}

const NO_POLICY = 'The policy in force could not be read.'
const OWN_ERROR = 'virtguard itself failed; its log says why.'

/** What came of it, or what went wrong altogether. */
const tryEvaluate = async (
  resource: AskedResource,
  ports: HookPorts,
): Promise<Evaluated | { readonly failed: string }> => {
  let failed = NO_POLICY
  try {
    const policy = await Promise.race([ports.policy(), ports.timeIsUp])
    failed = OWN_ERROR
    return await evaluate(resource, policy, ports)
  } catch (error) {
    ports.log('error', failed, { why: formatError(error) })
    return { failed }
  }
}

/** Answers a request of CloudFormation or Cloud Control. It never throws, because an error of its own must not stop a deployment. */
export const processRequest = async (event: unknown, ports: HookPorts): Promise<HookAnswer> => {
  const { options, log, count } = ports
  const request = readRequest(event)
  if ('skipped' in request) return answerSkipped(request, request.skipped)
  if ('broken' in request) {
    log('error', request.broken, {})
    count('HookProblems', 1)
    return answerProblem(request, request.broken, options)
  }
  const evaluated = await tryEvaluate(request.resource, ports)
  if ('failed' in evaluated || evaluated.problems.length > 0) count('HookProblems', 1)
  if ('failed' in evaluated) return answerProblem(request, evaluated.failed, options)
  const answer = answerFindings(request, evaluated, options)
  const { address, type } = request.resource
  const findings = evaluated.findings.map(({ rule, status, workflow, reasons }) => ({
    rule,
    status,
    workflow,
    reasons,
  }))
  // Nothing of the properties: they may hold secrets.
  log('info', 'a resource was evaluated', { type, address, hookStatus: answer.hookStatus, findings })
  return answer
}
