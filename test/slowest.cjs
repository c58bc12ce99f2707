// Says at the end of a run what took longest: the ten slowest files of tests, and what ran before the first.
const { existsSync, readdirSync, readFileSync } = require('node:fs')
const path = require('node:path')

const MOST = 10

const seconds = ms => `${(ms / 1000).toFixed(1).padStart(7)} s`

/** The lines for the results of jest that began at a time. */
const slowest = ({ startTime, testResults }, root) => {
  const files = testResults
    .filter(({ perfStats }) => perfStats?.runtime > 0)
    .map(({ perfStats, testFilePath }) => ({ ...perfStats, file: path.relative(root, testFilePath) }))
  const first = Math.min(...files.map(({ start }) => start))
  const before = files.length === 0 ? [] : [`${seconds(first - startTime)}  before the first test`]
  const longest = files.toSorted((a, b) => b.runtime - a.runtime).slice(0, MOST)
  return [...before, ...longest.map(({ runtime, file }) => `${seconds(runtime)}  ${file}`)]
}

/** How long the local clouds took to start, the bundles of their functions included. */
const clouds = () => {
  const { folder = '' } = JSON.parse(process.env.VIRTGUARD_CLOUD ?? '{}')
  const told = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.json')) : []
  return told.map(file => {
    const { milliseconds = 0 } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
    return `${seconds(milliseconds)}  until the cloud that ${path.basename(file, '.json')} was up, bundling and synthesis included`
  })
}

class Slowest {
  constructor({ rootDir }) {
    this.root = rootDir
  }

  onRunComplete(_contexts, results) {
    if (results.numTotalTestSuites < 2) return
    process.stdout.write(`\nWhat took longest\n${[...clouds(), ...slowest(results, this.root)].join('\n')}\n`)
  }
}

module.exports = Slowest
