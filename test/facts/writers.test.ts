import { describe, expect, test } from '@jest/globals'
import { createSubjects } from '../../shared/engine/subjects.ts'
import type { Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import {
  buildActorEvidence,
  buildInstanceEvidence,
  buildTagEvidence,
  findFactWriter,
  findTagWriter,
} from '../../shared/facts/writers.ts'
import { aGroupGiven, aLaunchConfiguration, aMixture, aTemplateCreation } from '../support/templates.ts'
import { EVENTS } from './fields-read.ts'

// The writer of a tag depends on its key, and facts of an image are its owner's.
const ofSubject = (subject: Subject): readonly string[] => {
  if (subject.kind === 'image') return []
  if (subject.kind === 'instance') return Object.keys(subject.instance)
  return Object.keys(subject.kind === 'refused-launch' ? { ...subject, ...subject.refusal } : subject)
}

/** The facts that reading an event gives, each with the kind of its subject. */
const listFacts = (json: unknown): readonly (readonly [Subject['kind'], string])[] =>
  createSubjects(readEvent(json)).flatMap(subject => {
    const facts = ofSubject(subject).filter(fact => !['kind', 'resource', 'refusal', 'tags'].includes(fact))
    return facts.map(fact => [subject.kind, fact] as const)
  })

describe('the writer of a fact', () => {
  test.each(Object.entries(EVENTS))('is known for every fact of a record: %s', (_, json) => {
    const unknown = listFacts(json).filter(([kind, fact]) => findFactWriter(kind, fact) === undefined)
    expect(unknown).toEqual([])
  })

  test('is, for all that a template or a group says, whoever made it, and not the launcher', () => {
    for (const json of [aTemplateCreation(), aLaunchConfiguration(), aGroupGiven(aMixture())]) {
      const writers = listFacts(json).map(([kind, fact]) => findFactWriter(kind, fact))
      expect(writers.length).toBeGreaterThan(2)
      expect(new Set(writers)).toEqual(new Set(['author']))
    }
  })

  test('is AWS for its own words of a refusal only', () => {
    const facts = ['reason', 'message', 'from', 'asked', 'group', 'instanceType', 'image', 'name']
    expect(facts.filter(fact => findFactWriter('refused-launch', fact) === 'aws')).toEqual([
      'reason',
      'message',
      'from',
    ])
  })

  test('is not known for a fact that there is not', () => {
    expect([findFactWriter('template', 'launcher'), findFactWriter('image', 'imageId')]).toEqual([undefined, undefined])
  })

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
