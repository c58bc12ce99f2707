// Parts of the tests that are run by themselves: `node test/run.mjs --only unit`. Each follows from the sources, so that a new
// folder is in the part in which it belongs.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * What users run on their own Node. Functions run on Lambda's Node 24 alone, the report in a browser, and the tools on the Node of
 * whoever changes the project. `npm start` synthesizes the stack and runs the functions on the oldest Node, too.
 */
const ON_ANY_NODE = ['bench', 'cli', 'local', 'shared']
const ASKS_NODE = /\b(from|import\() ?'node:/
const SOURCE = /\.(ts|mjs|cjs)$/

const foldersIn = folder =>
  readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)

const asksNode = folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => SOURCE.test(file))
    .some(file => ASKS_NODE.test(readFileSync(path.join(folder, file), 'utf8')))

const sourcesOf = root =>
  ON_ANY_NODE.flatMap(top =>
    top === 'shared' ? foldersIn(path.join(root, top)).map(name => path.join(top, name)) : [top],
  )

const SELECTIONS = {
  /** The core, which decides on data alone: folders of shared, but the one that talks to AWS, and what has a shell of its name. */
  unit: root => {
    const shell = ['aws', ...foldersIn(root)]
    return foldersIn(path.join(root, 'shared')).filter(name => !shell.includes(name))
  },
  /** What may behave otherwise on another Node: the folders whose sources use modules of Node's own. */
  node: root =>
    sourcesOf(root)
      .filter(source => asksNode(path.join(root, source)))
      .map(source => path.basename(source)),
}

/** The folders of tests in a part. Throws where there is no such part. */
export const foldersOf = (part, root) => {
  const select = SELECTIONS[part]
  if (select === undefined) throw new Error(`--only ${part}: there are only ${Object.keys(SELECTIONS).join(' and ')}`)
  const tested = foldersIn(path.join(root, 'test'))
  return select(root).filter(name => tested.includes(name))
}

/** Jest's arguments for `--only PART`; others are left as they are. */
export const jestArguments = (args, root) => {
  const at = args.indexOf('--only')
  if (at === -1) return args
  const rest = args.toSpliced(at, 2)
  const folders = foldersOf(args[at + 1], root)
  return ['--selectProjects', 'core', '--testPathPatterns', `/test/(${folders.join('|')})/`, ...rest]
}
