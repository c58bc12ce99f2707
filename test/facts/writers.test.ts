import { describe, expect, test } from '@jest/globals'
import {
  buildActorEvidence,
  buildInstanceEvidence,
  buildTagEvidence,
  findTagWriter,
} from '../../shared/facts/writers.ts'

describe('the writer of a fact', () => {
  test.each([
    ['aws:autoscaling:groupName', 'aws'],
    ['aws:', 'aws'],
    ['eks:cluster-name', 'tagger'],
    ['kubernetes.io/cluster/x', 'tagger'],
    ['AWSBatchServiceTag', 'tagger'],
    ['xaws:autoscaling:groupName', 'tagger'],
    ['AWS:autoscaling:groupName', 'tagger'],
    ['', 'tagger'],
  ])('for the tag %j is %s', (key, writer) => {
    expect(findTagWriter(key)).toBe(writer)
  })

  test('is given if a refusal is built on that fact', () => {
    expect(buildTagEvidence('karpenter.sh/nodepool')).toEqual({
      evidence: 'tag karpenter.sh/nodepool',
      writtenBy: 'launcher',
    })
    expect(buildInstanceEvidence('managedBy', 'operator')).toEqual({ evidence: 'operator', writtenBy: 'aws' })
    expect(buildInstanceEvidence('stopProtected', 'attribute')).toEqual({
      evidence: 'attribute',
      writtenBy: 'launcher',
    })
    expect(buildActorEvidence('via', 'call')).toEqual({ evidence: 'call', writtenBy: 'aws' })
  })
})
