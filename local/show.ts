import path from 'node:path'
import type { Cloud } from './cloud.ts'
import { explainUse } from './keep.ts'
import { createMailbox } from './mailbox.ts'
import { type DemoResult, play } from './play.ts'
import { SCENES, STOP } from './scenes.ts'
import type { Screen } from './screen.ts'
import { type Subscriber, subscribe } from './subscriber.ts'
import { summarize } from './summary.ts'

type Setting = {
  readonly email: string
  readonly screen: Screen
  /** The policy of a user who wants to see its effect on the scenes. By default the one for which they were made. */
  readonly policy?: string
}

/** Plays every scene and sums up. Returns the deviations, empty if all is well. */
export async function show(cloud: Cloud, { email, screen, policy }: Setting): Promise<readonly string[]> {
  const mailbox = createMailbox(await subscribe(cloud))
  const known = policy === undefined
  const played: DemoResult[] = []
  // When the stops of another policy come is not known.
  for (const scene of known ? [...SCENES, STOP] : SCENES)
    played.push(await play(scene, { cloud, mailbox, screen, email, known }))
  if (!known) {
    screen.step(
      `What comes of it depends on ${path.relative(process.cwd(), policy)}. With --keep you can watch what follows.`,
    )
    return []
  }
  const { lines, problems } = await summarize(played, cloud)
  for (const line of lines) screen.step(line)
  return problems
}

/** Says how to use the cloud, and goes on showing the mails of it, for as long as the process lives. */
export async function keepShowing(cloud: Cloud, { email, screen }: Setting): Promise<never> {
  for (const line of explainUse(cloud)) screen.line(line)
  const subscriber: Subscriber = await subscribe(cloud)
  for (;;) for (const { subject, text } of await subscriber.next()) screen.mail({ to: email, subject, text })
}
