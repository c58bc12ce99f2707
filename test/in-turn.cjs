// The order of the files of tests. Those of the deployed stack mostly wait for it, the others compute: each worker gets one
// of the one kind and then one of the other, so that neither the processors nor the stacks are idle.
const { basename } = require('node:path')
const { default: Sequencer } = require('@jest/test-sequencer')

// Those that wait longest, first: jest goes by the size of the files where it has not run them, which says nothing of that.
const LONGEST = ['stops', 'sweep', 'channels'].map(name => `${name}.test.ts`)
const rank = ({ path }) => (LONGEST.indexOf(basename(path)) + LONGEST.length + 1) % (LONGEST.length + 1)

const isCloud = ({ context }) => context.config.displayName?.name === 'cloud'

class InTurn extends Sequencer {
  sort(tests) {
    const sorted = super.sort([...tests])
    const [waiting, computing] = [
      sorted.filter(isCloud).sort((a, b) => rank(a) - rank(b)),
      sorted.filter(test => !isCloud(test)),
    ]
    return computing
      .flatMap((test, index) => [...waiting.slice(index, index + 1), test])
      .concat(waiting.slice(computing.length))
  }
}

module.exports = InTurn
