// The tests that try to kill: the small ones of the core project that import the mutated file, directly or not.
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

// Whole programs, wording, deployed stacks and simulated worlds find much, but slowly, and do not say what is wrong.
// A small test that says it has to kill a mutant.
const LEFT_OUT = [
  /^test\/(alert|bench|channels|cli|cloud|docs|fleet|formats|infra|local|remediation|report|tools)\//,
  /^test\/catalogue\/bundle\.test\.ts$/,
  // It reads the source, which mutants change everywhere.
  /^test\/aws\/writes-in-source\.test\.ts$/,
  /^test\/functions\/(simulation|enforce\/(burst|deaths|error-matrix)|notify\/storm|sweep\/(real-reader|region|resolve))\.test\.ts$/,
]

// It waits for servers, and on a busy machine longer than its limit. Its subject is the files beside it.
const WAITS = /^test\/functions\/notify\/senders\/webhook\.test\.ts$/
const WAITED_FOR = 'functions/notify/'

const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g

/** The test files that reach one of the mutated files by their imports. */
export function listCoreTests(root: string, mutated: readonly string[]): readonly string[] {
  const wanted = new Set(mutated.map(file => path.resolve(root, file)))
  const imports = new Map<string, readonly string[]>()
  return globSync('test/**/*.test.ts', { cwd: root })
    .filter(file => !LEFT_OUT.some(pattern => pattern.test(file)))
    .filter(file => !WAITS.test(file) || mutated.some(one => path.relative(root, one).startsWith(WAITED_FOR)))
    .filter(file => reaches(path.join(root, file), wanted, imports))
    .toSorted()
}

function reaches(file: string, wanted: ReadonlySet<string>, imports: Map<string, readonly string[]>): boolean {
  const seen = new Set([file])
  for (const each of seen) {
    if (wanted.has(each)) return true
    for (const imported of listImports(each, imports)) seen.add(imported)
  }
  return false
}

function listImports(file: string, known: Map<string, readonly string[]>): readonly string[] {
  const before = known.get(file)
  if (before) return before
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const found = [...text.matchAll(IMPORT)].map(([, id = '']) => path.resolve(path.dirname(file), id))
  known.set(file, found)
  return found
}
