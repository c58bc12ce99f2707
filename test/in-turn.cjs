// The order of the files of tests. Those of the deployed stack mostly wait for it, the others compute: each worker gets one
// of the one kind and then one of the other, so that neither the processors nor the stacks are idle.
const { join } = require('node:path')
const { default: Sequencer } = require('@jest/test-sequencer')

// Those that take longest, first: jest goes by the size of the files where it has not run them, which says nothing of that.
const LONGEST = [
  'cloud/stops',
  'cloud/sweep',
  'cloud/channels',
  'functions/simulation',
  'compliance/programs',
  'tools/new-rule',
  'functions/enforce/error-matrix',
].map(name => join('test', `${name}.test.ts`))
const rank = ({ path }) => {
  const at = LONGEST.findIndex(name => path.endsWith(name))
  return at === -1 ? LONGEST.length : at
}
const byRank = (a, b) => rank(a) - rank(b)

const isCloud = ({ context }) => context.config.displayName?.name === 'cloud'

class InTurn extends Sequencer {
  sort(tests) {
    const sorted = super.sort([...tests])
    const [waiting, computing] = [sorted.filter(isCloud), sorted.filter(test => !isCloud(test))].map(part =>
      part.sort(byRank),
    )
    return computing
      .flatMap((test, index) => [...waiting.slice(index, index + 1), test])
      .concat(waiting.slice(computing.length))
  }
}

module.exports = InTurn
