// The order of the files of tests. Those of the deployed stack mostly wait for it, the others compute: each worker gets one
// of the one kind and then one of the other, so that neither the processors nor the stacks are idle.
const { default: Sequencer } = require('@jest/test-sequencer')

const isCloud = ({ context }) => context.config.displayName?.name === 'cloud'

class InTurn extends Sequencer {
  sort(tests) {
    const sorted = super.sort([...tests])
    const [waiting, computing] = [sorted.filter(isCloud), sorted.filter(test => !isCloud(test))]
    return computing
      .flatMap((test, index) => [...waiting.slice(index, index + 1), test])
      .concat(waiting.slice(computing.length))
  }
}

module.exports = InTurn
