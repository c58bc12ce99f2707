/**
 * The threat model: who could try what, what stops it, and which test shows it. docs/threat-model.md shows the same rows; a
 * test holds the two together, and holds each row to a test that exists.
 */

/** Who tries. Each may do what the ones before it may do only where that is said. */
export const ATTACKERS = {
  launcher: 'may launch, start, stop and change instances of its own, and nothing else',
  tagger: 'may set and remove tags on instances, its own or others’',
  author: 'may write launch templates, Auto Scaling groups, images and names',
  operator: 'may apply policies, switch stops off and deploy',
  'member account': 'is another account whose events reach the guard',
  reader: 'sits on a channel, or gets what a channel sends',
  subscriber: 'may subscribe to the topic of alerts and unsubscribe others from it, as by the link in a mail',
} as const
export type Attacker = keyof typeof ATTACKERS

export type Attempt = {
  readonly id: string
  readonly who: Attacker
  /** What is tried. */
  readonly tries: string
  /** What stops it, or what is said where nothing does. */
  readonly answer: string
  /** The test that shows it, by its file and its name. */
  readonly shownBy: { readonly file: string; readonly name: string }
  /** Why it is accepted where nothing stops it. */
  readonly accepted?: string
}
